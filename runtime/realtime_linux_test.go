package steady

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	children["realtime"] = realtimeChild
	children["limited"] = func() {
		for _, r := range []int{unix.RLIMIT_RTPRIO, unix.RLIMIT_MEMLOCK} {
			var l unix.Rlimit
			if err := unix.Getrlimit(r, &l); err != nil {
				log.Fatal(err)
			}
			l.Cur = 0
			if err := unix.Setrlimit(r, &l); err != nil {
				log.Fatal(err)
			}
		}
		realtimeChild()
	}
}

// realtimeChild runs a real-time actor and prints what came of it.
func realtimeChild() {
	g := &Graph{Name: "realtime", Socket: Off, Metrics: Off, measure: true}
	g.Actor("motor", Realtime(3)).Run(func(a *Actor) error {
		attr, err := unix.SchedGetAttr(0, 0)
		fmt.Printf("policy=%d priority=%d error=%v\n", attr.Policy, attr.Priority, err)
		return nil
	})
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, n := range g.svc.Load().Topology().Actors[0].Notes {
		fmt.Println(n)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmLck:") {
			fmt.Print(strings.Join(strings.Fields(line), " "), "\n")
		}
	}
}

// runChild runs this test binary as the child and returns what it printed.
// Without power it lacks the capabilities that a real-time thread needs, root
// or not.
func runChild(t *testing.T, name string, power bool) string {
	t.Helper()
	type result struct {
		out []byte
		err error
	}
	done := make(chan result)
	go func() {
		if !power {
			// What is dropped here is dropped from this thread, and a process that
			// it starts can not get it back.
			runtime.LockOSThread()
			for _, c := range []uintptr{unix.CAP_SYS_NICE, unix.CAP_IPC_LOCK} {
				_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0) // who may not has none to drop
			}
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+name)
		out, err := cmd.CombinedOutput()
		done <- result{out, err}
	}()
	r := <-done
	if r.err != nil {
		t.Fatalf("%v\n%s", r.err, r.out)
	}
	return string(r.out)
}

func TestRealtimeWithoutPermission(t *testing.T) {
	out := runChild(t, "limited", false)
	for _, want := range []string{"policy=0 ", "no real-time priority: ", "ulimit -r 3", "memory is not locked: ", "ulimit -l unlimited", "VmLck: 0 kB"} {
		if !strings.Contains(out, want) {
			t.Errorf("the process did not say %q:\n%s", want, out)
		}
	}
}

// What is permitted depends on the machine; either it is had or it is told.
func TestRealtimeUnderRun(t *testing.T) {
	out := runChild(t, "realtime", true)
	t.Log(out)
	if has, told := strings.Contains(out, "policy=1 priority=3 "), strings.Contains(out, "no real-time priority: "); has == told {
		t.Errorf("priority: had %v, told %v\n%s", has, told, out)
	}
	if has, told := !strings.Contains(out, "VmLck: 0 kB"), strings.Contains(out, "memory is not locked: "); has == told {
		t.Errorf("locked memory: had %v, told %v\n%s", has, told, out)
	}
}
