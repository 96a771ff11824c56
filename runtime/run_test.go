package steady

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/prometheus/client_golang/prometheus"
)

// The tests of Run need a process of their own: for signals, exit codes, the
// socket. This test binary plays it when childEnv is set.
const childEnv = "STEADY_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		children[name]()
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // many tests fail on purpose
	heedSignals()
	goleak.VerifyTestMain(m)
}

// heedSignals has children hear what they are sent, also when the tests were started
// with it ignored, as nohup and the background of a script do: a signal that is
// ignored is so for a child, too, and one that is caught is not.
func heedSignals() {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

var children = map[string]func(){
	"load": func() {
		sent, received := 0, 0
		g := &Graph{Name: "load"}
		c, d := NewChan[int](g, "c", 1024), NewChan[int](g, "d", 1024)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for a.Running() {
				if err := out.Send(sent); err != nil {
					return err
				}
				if sent++; sent == 1_000_000 {
					fmt.Println("ready")
				}
			}
			return nil
		})
		Stage(g, "stage", c, d, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if err := out.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		Sink(g, "sink", d, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				received++
			}
			return nil
		})
		err := g.Run(context.Background())
		fmt.Printf("sent=%d received=%d\n", sent, received)
		if err != nil {
			log.Fatal(err)
		}
	},
	"veto": func() {
		g := &Graph{Name: "veto", Grace: 300 * time.Millisecond}
		g.Actor("arm", Solo()).Run(func(a *Actor) error {
			fmt.Println("ready")
			for a.Running(Vote("arm parked", func() bool { return false })) {
				a.Wait(a.Every(time.Hour))
			}
			return nil
		})
		if err := g.Run(context.Background()); err != nil {
			log.Fatal(err)
		}
	},
}

// child is a running process of this test binary.
type child struct {
	*exec.Cmd
	out    *bufio.Scanner
	pipe   io.Closer // what out reads
	stderr strings.Builder
	dir    string
}

func start(t *testing.T, name string) *child {
	t.Helper()
	return startCmd(t, name, exec.Command(os.Args[0]))
}

func startCmd(t *testing.T, name string, cmd *exec.Cmd) *child {
	t.Helper()
	dir, err := os.MkdirTemp("", "steady") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: cmd, dir: dir}
	c.Env = append(os.Environ(), childEnv+"="+name, "STEADYTOP_DIR="+dir)
	c.Stderr = &c.stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out, c.pipe = bufio.NewScanner(out), out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = os.RemoveAll(dir)
	})
	c.expect(t, "ready")
	return c
}

func (c *child) expect(t *testing.T, prefix string) string {
	t.Helper()
	for c.out.Scan() {
		if strings.HasPrefix(c.out.Text(), prefix) {
			return c.out.Text()
		}
	}
	t.Fatalf("the process ended before it said %q; stderr: %s", prefix, c.stderr.String())
	return ""
}

func (c *child) exit(t *testing.T) int {
	t.Helper()
	var exit *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

func TestSigtermUnderLoadLosesNothing(t *testing.T) {
	c := start(t, "load")
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var sent, received int
	if _, err := fmt.Sscanf(c.expect(t, "sent="), "sent=%d received=%d", &sent, &received); err != nil {
		t.Fatal(err)
	}
	if code := c.exit(t); code != 0 || sent != received || sent < 1_000_000 {
		t.Errorf("exit code %d, sent %d, received %d; stderr: %s", code, sent, received, c.stderr.String())
	}
}

func TestSigtermAgainStaysGraceful(t *testing.T) {
	c := start(t, "veto")
	for range 3 {
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	if code := c.exit(t); code != 1 {
		t.Errorf("exit code %d, want 1 at the deadline", code)
	}
	for _, want := range []string{`"arm"`, "not yet: arm parked", "run_test.go:"} {
		if !strings.Contains(c.stderr.String(), want) {
			t.Errorf("stderr does not say %s: %s", want, c.stderr.String())
		}
	}
}

func TestSecondSigintEndsAtOnce(t *testing.T) {
	c := start(t, "stubborn")
	if code := c.interrupt(t); code != 130 {
		t.Errorf("exit code %d, want 130; stderr: %s", code, c.stderr.String())
	}
}

// interrupt repeats SIGINT until the process is gone, and returns its exit code:
// within a second it is one, and two that are pending are merged.
func (c *child) interrupt(t *testing.T) int {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !waited(c.Process.Pid) {
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		<-again.C
	}
	return c.exit(t)
}

// waited reports whether the process has become a zombie.
func waited(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestRunPublishesAndStopsOverTheSocket(t *testing.T) {
	c := start(t, "load")
	sockets, _ := filepath.Glob(filepath.Join(c.dir, "load-*.sock"))
	if len(sockets) != 1 {
		t.Fatalf("sockets: %v", sockets)
	}
	if info, err := os.Stat(sockets[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: %v %v", info.Mode(), err)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.expect(t, "sent=")
	if code := c.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(c.dir, "*.sock")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// read asks h for one path.
func read(h http.Handler, path string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
	return w.Code, w.Body.String()
}

func TestHandlerAndCollectorOfYourOwn(t *testing.T) {
	g := &Graph{Name: "own"}
	registry := prometheus.NewRegistry()
	registry.MustRegister(g.Collector())
	h := g.Handler()
	g.Actor("probe").Run(func(a *Actor) error {
		families, err := registry.Gather()
		if err != nil || len(families) == 0 {
			t.Errorf("gathered %d families: %v", len(families), err)
		}
		status, body := read(h, "/metrics")
		if status != http.StatusOK || !strings.Contains(body, `steady_actor_state_seconds_total{actor="probe",graph="own",state="busy"}`) {
			t.Errorf("status %d: %.300s", status, body)
		}
		for path, want := range map[string]string{
			"/v1/topology": `"name":"probe"`, "/v1/snapshot": `"frame":`, "/healthz": "running", "/v1/shutdown": `"running"`,
		} {
			if status, body := read(h, path); status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%s: %d %.300s", path, status, body)
			}
		}
		return nil
	})
	if status, body := read(h, "/v1/topology"); status != http.StatusServiceUnavailable {
		t.Errorf("before the start: %d %s", status, body)
	}
	if families, err := registry.Gather(); err != nil || len(families) != 0 {
		t.Errorf("before the start: %d families, %v", len(families), err)
	}
	if err := g.Serve(context.Background()); err != nil {
		t.Fatal(err)
	}
	if status, body := read(h, "/v1/frames?max=1"); status != http.StatusOK || body == "" {
		t.Errorf("after the end: %d, %d bytes", status, len(body))
	}
	if status, body := read(h, "/healthz"); status != http.StatusServiceUnavailable || body != "stopped\n" {
		t.Errorf("after the end: %d %s", status, body)
	}
}
