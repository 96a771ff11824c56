package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/internal/safetext"
)

// problem says in words why there is no link.
func problem(err error) string {
	var (
		none    *source.NoTargetError
		several *source.AmbiguousError
		timeout net.Error
	)
	switch {
	case errors.As(err, &none) && none.Target == "":
		return "no service is running"
	case errors.As(err, &none):
		return fmt.Sprintf("%q is not running", none.Target)
	case errors.As(err, &several):
		return several.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there any more"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return "the service went away without a word"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer"
	case err == nil:
		return "no connection"
	}
	return safetext.Clean(strings.TrimPrefix(err.Error(), "source: "), 300)
}

// span writes a duration as people say it.
func span(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 9.95:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", s), ".0") + " s"
	case s < 120:
		return fmt.Sprintf("%.0f s", s)
	case s < 7200:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}
