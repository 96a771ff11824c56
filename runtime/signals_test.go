//go:build unix

package steady

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func init() {
	children["books"] = func() { books(func() {}) }
	children["interrupts itself"] = func() {
		books(func() {
			for range 2 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
			}
		})
	}
	children["own signals"] = ownSignals
	children["stubborn"] = func() { stubborn(nil) }
	children["stuck log"] = func() {
		stubborn(slog.New(handlerFunc(func(r slog.Record) {
			if r.Message == "stop requested" {
				fmt.Println("blocked")
				select {}
			}
		})))
	}
}

// stubborn is a service that never agrees to a stop.
func stubborn(log *slog.Logger) {
	g := &Graph{Name: "stubborn", Logger: log}
	g.Actor("arm").Run(func(a *Actor) error {
		fmt.Println("ready")
		for a.Running(Vote("never", func() bool { return false })) {
			a.Wait(a.Every(time.Hour))
		}
		return nil
	})
	_ = g.Run(context.Background())
}

// books is a service that has to say at its end what it has done, in a file: that
// everything it took is booked, that its state is saved, and why it stopped.
func books(begun func()) {
	dir := os.Getenv("STEADYTOP_DIR")
	g := &Graph{Name: "books", Metrics: Off, Socket: Off}
	c := NewChan[int](g, "orders", 256)
	booked := NewState(g, "booked", 0, Persist(filepath.Join(dir, "booked.state"), SyncOnStop))
	taken := 0
	Source(g, "intake", c, func(a *Actor, out *Tx[int]) error {
		for a.Running() {
			if !a.Wait(a.Every(time.Millisecond), out.Vacant(1)) {
				continue
			}
			taken++
			out.TrySend(taken)
			if taken == 100 {
				fmt.Println("ready")
				begun()
			}
		}
		return nil
	})
	Sink(g, "booking", c, func(a *Actor, in *Rx[int]) error {
		for v := range in.All() {
			booked.Set(v)
			fmt.Println("booked", v)
			fmt.Fprintln(os.Stderr, "booked", v)
		}
		return nil
	}, booked)
	err := g.Run(context.Background())
	fmt.Println("end", err)
	fmt.Fprintln(os.Stderr, "end", err)
	_, saved := os.Stat(filepath.Join(dir, "booked.state"))
	result := fmt.Sprintf("all booked %v, not saved %v, err %v, %s", booked.Get() == taken, saved, err, g.reason)
	_ = os.WriteFile(filepath.Join(dir, "result"), []byte(result), 0o600)
}

// Every end that is not a crash drains, and lets the program say its last words.
func TestSignalsOfAllKindsDrain(t *testing.T) {
	const clean = "all booked true, not saved <nil>, err <nil>, signal: "
	for name, way := range map[string]struct {
		child string
		end   func(c *child)
		want  string
	}{
		"SIGTERM":       {"books", func(c *child) { _ = c.Process.Signal(syscall.SIGTERM) }, "terminated"},
		"SIGHUP":        {"books", func(c *child) { _ = c.Process.Signal(syscall.SIGHUP) }, "hangup"},
		"SIGINT":        {"books", func(c *child) { _ = c.Process.Signal(os.Interrupt) }, "interrupt"},
		"SIGINT twice":  {"interrupts itself", func(*child) {}, "interrupt"},
		"broken stdout": {"books", func(c *child) { _ = c.pipe.Close() }, "broken pipe: nobody reads stdout"},
		"broken stdout at a stop": {"books", func(c *child) {
			_ = c.Process.Signal(os.Interrupt)
			_ = c.pipe.Close()
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, way.child)
			way.end(c)
			for c.out.Scan() { // else the child waits for somebody who reads
			}
			code := c.exit(t)
			got, err := os.ReadFile(filepath.Join(c.dir, "result"))
			if err != nil || code != 0 || !strings.HasPrefix(string(got), clean+way.want) {
				t.Errorf("exit code %d, %q, %v; want %q", code, got, err, clean+way.want)
			}
		})
	}
}

// nohup, and the background of a script: what was ignored at the start is.
func TestSignalsThatAreIgnoredStayIgnored(t *testing.T) {
	for sig, name := range map[syscall.Signal]string{syscall.SIGHUP: "HUP", syscall.SIGINT: "INT"} {
		t.Run(name, func(t *testing.T) {
			c := startCmd(t, "books", exec.Command("/bin/sh", "-c", `trap "" `+name+`; exec "$0"`, os.Args[0]))
			for _, s := range []syscall.Signal{sig, syscall.SIGTERM} {
				if err := c.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			for c.out.Scan() {
			}
			code := c.exit(t)
			got, err := os.ReadFile(filepath.Join(c.dir, "result"))
			if err != nil || code != 0 || !strings.HasSuffix(string(got), "signal: terminated") {
				t.Errorf("exit code %d, %q, %v; want a stop by SIGTERM", code, got, err)
			}
		})
	}
}

func TestSecondSigintWorksWhileTheLogBlocks(t *testing.T) {
	c := start(t, "stuck log")
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	c.expect(t, "blocked")
	if code := c.interrupt(t); code != 130 {
		t.Errorf("exit code %d, want 130; stderr: %s", code, c.stderr.String())
	}
}

func TestAnotherSigintIsOneThatComesLaterOrIsMeant(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		after []time.Duration // of the first; only the last is another one
	}{{[]time.Duration{0, ms, 1000 * ms}}, {[]time.Duration{0, ms, 999 * ms, 999 * ms}}, {[]time.Duration{0, 2000 * ms}}} {
		var i interrupts
		begin := time.Now()
		for n, d := range c.after {
			if got, want := i.another(begin.Add(d)), n == len(c.after)-1; got != want {
				t.Errorf("%v: number %d: %v", c.after, n+1, got)
			}
		}
	}
}

// ownSignals is a program that has signals of its own: what it has to do first is not
// cut short by the graph.
func ownSignals() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, os.Interrupt)
	g := &Graph{Name: "own", Metrics: Off, Signals: Off}
	g.Actor("arm").Run(func(a *Actor) error {
		fmt.Println("ready")
		for a.Running() {
			a.Wait(a.Every(time.Millisecond))
		}
		return nil
	})
	ended := make(chan error, 1)
	go func() { ended <- g.Run(context.Background()) }()
	for range 2 { // a second one does not end the process
		fmt.Println("got", <-asked, "life", g.life() == up)
	}
	err := g.Shutdown(context.Background())
	fmt.Println("end", err, <-ended, g.reason)
}

// With Signals off Run takes none: the program decides when the graph stops.
func TestSignalsOfYourOwn(t *testing.T) {
	c := start(t, "own signals")
	for range 2 {
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if line := c.expect(t, "got "); line != "got interrupt life true" {
			t.Error(line)
		}
	}
	if line := c.expect(t, "end "); line != "end <nil> <nil> Graph.Shutdown" {
		t.Error(line)
	}
	if code := c.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// What Signals says is checked at the start.
func TestSignalsIsEmptyOrOff(t *testing.T) {
	g := &Graph{Signals: "none"}
	g.Actor("a").Run(func(*Actor) error { return nil })
	if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), `Signals is "none"`) {
		t.Errorf("Serve: %v", err)
	}
}
