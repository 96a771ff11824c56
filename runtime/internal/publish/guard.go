package publish

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// guard is in front of every handler: it refuses requests that were made for
// another host, which is what a page in a browser can make of a name that it
// controls, and sees to the deadlines. It sends no CORS header, ever. Without
// allowed, the hosts are a matter of who is in front of it.
func guard(next http.Handler, allowed *hosts) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w = newPacedWriter(w)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if allowed != nil && !allowed.match(r.Host) {
			handler(func(http.ResponseWriter, *http.Request) error {
				return failure(http.StatusMisdirectedRequest,
					"host %.80q is not served here; use the address that the service listens on", r.Host)
			}).ServeHTTP(w, r)
			return
		}
		if asks := r.Method == http.MethodPost && r.URL.Path == "/v1/shutdown"; r.ContentLength != 0 && !asks { // -1: unknown
			withBody(next, w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withBody answers a request that has a body and should not, and does not wait
// for the body.
func withBody(next http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close") // else net/http reads it first
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		next = handler(func(http.ResponseWriter, *http.Request) error { return errBody })
	}
	next.ServeHTTP(w, r)
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
}

// hosts are the names that a request may be addressed to.
type hosts struct {
	names []string // exact, in lower case
	anyIP bool     // any address; else those of the loopback
}

// match reports whether a Host header names one of them, with or without a
// port. Addresses are parsed, never compared as text: 127.evil.com is a name.
func (h *hosts) match(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else if bare, ok := strings.CutPrefix(host, "["); ok {
		if host, ok = strings.CutSuffix(bare, "]"); !ok {
			return false
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return h.anyIP || ip.Unmap().IsLoopback()
	}
	return slices.Contains(h.names, strings.ToLower(host))
}
