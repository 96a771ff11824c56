package publish

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// maxReason bounds the reason that a viewer gives, in bytes.
const maxReason = 256

// shutdown answers GET /v1/shutdown with the votes of this moment.
func (s *Server) shutdown(w http.ResponseWriter, _ *http.Request) error {
	return s.replyShutdown(w, http.StatusOK)
}

// requestShutdown answers POST /v1/shutdown, the only thing that a viewer can
// make a service do. The caller must be the same user or root, and must name
// the instance that it means, so that nobody stops what just started anew.
func (s *Server) requestShutdown(w http.ResponseWriter, r *http.Request) error {
	c := connOf(r)
	if !c.known || !safesocket.Trusted(os.Geteuid(), c.cred.UID) {
		who := "the system does not tell who asks"
		if c.known {
			who = fmt.Sprintf("you are uid %d", c.cred.UID)
		}
		s.log.Warn("publish: shutdown refused", "reason", who)
		return failure(http.StatusForbidden, "only uid %d and root may stop this service, and %s", os.Geteuid(), who)
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return failure(http.StatusUnsupportedMediaType, "send {\"instance\":..., \"reason\":...} as Content-Type: application/json")
	}
	var ask struct {
		Instance telemetry.Instance `json:"instance"`
		Reason   string             `json:"reason"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<10))
	if err != nil {
		return failure(http.StatusBadRequest, "body: %v", err)
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return failure(http.StatusBadRequest, "body: %v; send {\"instance\":..., \"reason\":...}", err)
	}
	t := s.svc.Topology()
	if t == nil {
		return errNotStarted
	}
	if ask.Instance != t.Instance {
		return failure(http.StatusConflict, "this is instance %s, not %s; look again before you stop it", t.Instance, ask.Instance)
	}
	reason := fmt.Sprintf("%s (uid %d, pid %d)", bound(ask.Reason), c.cred.UID, c.cred.PID)
	s.svc.RequestShutdown(reason)
	return s.replyShutdown(w, http.StatusAccepted)
}

func (s *Server) replyShutdown(w http.ResponseWriter, status int) error {
	d := s.svc.Shutdown()
	return replyShort(w, status, "the state of the stop",
		func(limit int) *telemetry.Shutdown { return shortShutdown(&d, limit) })
}

// bound returns a reason as valid text of limited length.
func bound(reason string) string {
	reason = strings.ToValidUTF8(reason, "\ufffd")
	if reason == "" {
		return "asked over the socket"
	}
	if len(reason) <= maxReason {
		return reason
	}
	cut := maxReason
	for !utf8.RuneStart(reason[cut]) {
		cut--
	}
	return reason[:cut] + "…"
}
