package publish

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/internal/safesocket"
)

func ask(t *testing.T, body string, header ...string) *http.Request {
	t.Helper()
	header = append([]string{"Content-Type", "application/json"}, header...)
	return request(t, "POST", "http://steadytop/v1/shutdown", body, header...)
}

func TestRequestShutdown(t *testing.T) {
	svc := newFake(2)
	c := client(t, serve(t, svc))
	resp, body := do(t, c, ask(t, `{"instance":"00000000feedface","reason":"maintenance"}`))
	if resp.StatusCode != http.StatusAccepted || !strings.Contains(body, `"phase":"stopping"`) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if len(svc.asked) != 1 || !strings.HasPrefix(svc.asked[0], "maintenance (uid ") {
		t.Errorf("asked with %q", svc.asked)
	}
}

func TestShutdownIsRefused(t *testing.T) {
	svc := newFake(2)
	c := client(t, serve(t, svc))
	for _, r := range []struct {
		name   string
		r      *http.Request
		status int
		want   string
	}{
		{"another instance", ask(t, `{"instance":"0000000000000001"}`), 409, "00000000feedface"},
		{"no instance", ask(t, `{}`), 409, "look again"},
		{"no JSON", ask(t, `instance=1`), 400, "body"},
		{"a bad instance", ask(t, `{"instance":"x"}`), 400, "16 hexadecimal digits"},
		{"a form", ask(t, `{"instance":"00000000feedface"}`, "Content-Type", "text/plain"), 415, "application/json"},
		{"too large", ask(t, `{"reason":"`+strings.Repeat("x", 1<<20)+`"}`), 400, "too large"},
	} {
		resp, body := do(t, c, r.r)
		if resp.StatusCode != r.status || !strings.Contains(body, r.want) || !strings.HasPrefix(body, `{"error":`) {
			t.Errorf("%s: %d %s, want %d with %q", r.name, resp.StatusCode, body, r.status, r.want)
		}
	}
	if len(svc.asked) != 0 {
		t.Errorf("asked to stop: %q", svc.asked)
	}
}

// TestShutdownByOthersIsRefused puts other peers behind the connection.
func TestShutdownByOthersIsRefused(t *testing.T) {
	for name, cred := range map[string]*safesocket.Cred{"unknown": nil, "foreign": {UID: 65534, PID: 7}} {
		t.Run(name, func(t *testing.T) {
			svc := newFake(2)
			s, err := Listen(Options{Name: "furnace", Dir: shortDir(t), Metrics: Off})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			s.conns.identify = func(net.Conn) (safesocket.Cred, bool) {
				if cred == nil {
					return safesocket.Cred{}, false
				}
				return *cred, true
			}
			s.Serve(svc)
			resp, body := do(t, client(t, s), ask(t, `{"instance":"00000000feedface"}`))
			if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "may stop this service") {
				t.Errorf("%d %s", resp.StatusCode, body)
			}
			if len(svc.asked) != 0 {
				t.Errorf("asked to stop: %q", svc.asked)
			}
		})
	}
}

func TestReasonIsBounded(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "asked over the socket",
		"ok":                           "ok",
		"bad\xff":                      "bad\ufffd",
		strings.Repeat("x", 300):       strings.Repeat("x", 256) + "…",
		strings.Repeat("x", 255) + "é": strings.Repeat("x", 255) + "…",
	} {
		if got := bound(in); got != want {
			t.Errorf("bound(%q) = %q", in, got)
		}
	}
}

func TestControlNeedsASocket(t *testing.T) {
	s := serve(t, newFake(1))
	if s.Control() != safesocket.CanIdentify() || s.SocketPath() == "" {
		t.Errorf("control %v at %q", s.Control(), s.SocketPath())
	}
	if info, err := os.Lstat(s.SocketPath()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
}
