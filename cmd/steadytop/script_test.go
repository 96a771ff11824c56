package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	steady "github.com/steadytop/steadytop/runtime"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"steadytop": main,
		"service":   service,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			// The path of a socket is limited; that of a script's folder is long.
			dir, err := os.MkdirTemp("", "st")
			if err != nil {
				return err
			}
			env.Defer(func() { _ = os.RemoveAll(dir) })
			env.Setenv("STEADYTOP_DIR", dir)
			env.Setenv("LANG", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"running": running,
			"stale":   stale,
		},
	})
}

// service is a small service: a source, and a sink that may refuse to stop.
func service() {
	name := flag.String("name", "furnace", "of the service")
	veto := flag.Bool("veto", false, "refuse to stop")
	grace := flag.Duration("grace", time.Minute, "of a stop")
	life := flag.Duration("life", time.Hour, "until it stops by itself")
	flag.Parse()
	g := &steady.Graph{Name: *name, Grace: *grace, Metrics: steady.Off, Version: "v1.2.3"}
	temps := steady.NewChan[int](g, "temps", 16)
	steady.Source(g, "sensor", temps, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			if a.Wait(a.Every(time.Millisecond)) {
				if err := out.Send(1); err != nil {
					return err
				}
			}
		}
		return nil
	})
	steady.Sink(g, "arm", temps, func(a *steady.Actor, in *steady.Rx[int]) error {
		for a.Running(in.Drained(), steady.Vote("arm parked", func() bool { return !*veto })) {
			if a.Wait(in.Avail(1)) {
				in.TryTake()
			}
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(context.Background(), *life)
	defer cancel()
	if err := g.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// exits CODE COMMAND... runs a command and checks its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit interface{ ExitCode() int }
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got := fmt.Sprint(code); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// running NAME waits until a service of that name can be found; ! running
// waits until there is none.
func running(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: running NAME")
	}
	pattern := filepath.Join(ts.Getenv("STEADYTOP_DIR"), args[0]+"-*.sock")
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		found, _ := filepath.Glob(pattern)
		if (len(found) == 0) == neg {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	ts.Fatalf("running %v: waited 20 s", strings.Join(args, " "))
}

// stale NAME leaves a socket behind, as a service does that was killed.
func stale(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stale NAME")
	}
	ts.Check(abandonSocket(filepath.Join(ts.Getenv("STEADYTOP_DIR"), args[0])))
}
