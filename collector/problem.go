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
	"github.com/steadytop/steadytop/collector/units"
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

func span(d time.Duration) string { return units.Seconds(d.Seconds()) }
