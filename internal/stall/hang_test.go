package stall

import (
	"fmt"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// work has all actors finish something each second for a while.
func (s *scene) work(d time.Duration, busy ...string) {
	s.f.Mono += time.Second
	s.look(d, func() {
		for c := range s.chs {
			s.pass(c)
		}
		for _, a := range busy {
			s.set(a, telemetry.StateBusy)
		}
	})
}

func TestALockThatIsNeverReleased(t *testing.T) {
	s := newScene(t, "reader>rows>db")
	s.w.Ask = func(int32) Doing { return Doing{What: "sync.Mutex.Lock", Where: "lock/main.go:36"} }
	s.work(10*time.Second, "db", "reader")
	s.f.Actors.Restarts[s.ids["db"]] = 1
	s.set("db", telemetry.StateBusy)
	s.fill("rows", 4)
	s.waits("reader", ">rows")
	s.look(4*time.Second, nil)
	s.quiet()
	s.look(2*time.Second, nil)
	s.says("stalled: db has finished nothing for 6 s, and 4 messages wait for it: it is in its own code",
		"db waits in sync.Mutex.Lock at lock/main.go:36",
		`reader has waited for room in "rows" for 6 s`,
		"it was started again 1 time: what it had locked when it failed stays locked")
	s.actors("db")
	s.pass("rows")
	s.set("db", telemetry.StateBusy)
	s.look(time.Second, nil)
	s.quiet()
}

// A call that does not return, while messages go on to come into a channel that
// has room for all of them.
func TestACallThatDoesNotReturn(t *testing.T) {
	s := newScene(t, "reader>rows>db")
	s.work(10*time.Second, "db", "reader")
	s.set("db", telemetry.StateCall)
	n := uint64(0)
	s.look(6*time.Second, func() { n++; s.fill("rows", n); s.set("reader", telemetry.StateBusy) })
	s.says("stalled: db has finished nothing for 6 s, and 6 messages wait for it: it is in a call")
}

// A synchroniser whose one input has fallen silent, over a stage in between.
func TestAJoinWaitsForASourceThatHangs(t *testing.T) {
	s := newScene(t, "imu>turns>sync", "lidar>raw>clean", "clean>scan>sync", "sync>poses>map")
	s.work(10*time.Second, "imu", "lidar", "clean", "sync", "map")
	s.set("lidar", telemetry.StateCall)
	s.fill("turns", 4)
	s.waits("imu", ">turns")
	s.waits("clean", "<raw")
	s.waits("sync", "<scan")
	s.waits("map", "<poses")
	s.look(6*time.Second, nil)
	s.says(`stalled: sync waits for "scan", clean waits for "raw", and lidar, on whom that depends, `+
		`has finished nothing for 6 s: it is in a call`,
		`imu has waited for room in "turns" for 6 s`)
	s.actors("sync", "clean", "lidar")
}

// Nothing of this is a stall, however long it lasts.
func TestWhatIsNoHang(t *testing.T) {
	chain := []string{"source>rows>db", "db>done>log"}
	for name, arrange := range map[string]func(s *scene) (each func()){
		"an idle service": func(s *scene) func() {
			s.set("source", telemetry.StateCall)
			s.waits("db", "<rows")
			s.waits("log", "<done")
			return nil
		},
		"a source that reads from outside in its own code": func(s *scene) func() {
			s.set("source", telemetry.StateBusy)
			s.waits("db", "<rows")
			return nil
		},
		"a long body for which nobody waits": func(s *scene) func() {
			s.fill("rows", 1)
			s.set("db", telemetry.StateBusy)
			s.waits("log", "<done")
			s.set("source", telemetry.StateCall)
			return nil
		},
		"a slow sink that gets on": func(s *scene) func() {
			s.fill("rows", 4)
			s.waits("source", ">rows")
			s.set("db", telemetry.StateCall)
			return func() {
				if s.f.Mono%(3*time.Second) == 0 {
					s.pass("rows")
					s.set("db", telemetry.StateCall)
					s.waits("source", ">rows")
				}
			}
		},
		"one that takes long each time": func(s *scene) func() {
			s.fill("rows", 4)
			s.waits("source", ">rows")
			s.set("db", telemetry.StateCall)
			return func() { // the first of them is not known to be ordinary
				if s.f.Mono%(9*time.Second) == 0 {
					s.pass("rows")
					s.set("db", telemetry.StateCall)
				}
			}
		},
		"one that waits for a time": func(s *scene) func() {
			s.fill("rows", 4)
			s.waits("source", ">rows")
			s.waits("db")
			s.f.Actors.Timed[s.ids["db"]] = true
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, chain...)
			s.f.Mono = time.Second
			for a := range s.ids {
				s.set(a, telemetry.StateWaiting)
			}
			each := arrange(s)
			for range 200 {
				s.look(time.Second, each)
				s.quiet()
			}
		})
	}
}

// A join whose one source brings something only when the outside has something,
// and whose other one is ahead: tokens and requests.
func TestASourceThatWasNeverRegularMayBeSilent(t *testing.T) {
	s := newScene(t, "limit>tokens>serve", "net>requests>serve")
	s.f.Mono = time.Second
	rest := func() {
		s.fill("tokens", 4)
		s.waits("limit", ">tokens")
		s.waits("serve", "<requests")
		s.set("net", telemetry.StateCall)
	}
	for range 3 { // a few come at once
		rest()
		s.look(time.Second, nil)
		s.pass("tokens", "requests")
	}
	for range 10 {
		rest()
		s.look(20*time.Second, nil)
		s.quiet()
		s.pass("tokens", "requests")
	}
}

// A process that was not running has not been seen to do nothing.
func TestAProcessThatWasStopped(t *testing.T) {
	s := newScene(t, "source>rows>db")
	s.work(10*time.Second, "db", "source")
	s.fill("rows", 4)
	s.set("db", telemetry.StateBusy)
	s.waits("source", ">rows")
	s.look(2*time.Second, nil)
	s.f.Mono += time.Hour
	s.look(time.Second, nil)
	s.quiet()
}

// One look at a place is not enough: it may be one of many that it comes by.
func TestWhoIsFoundAtTwoPlacesMoves(t *testing.T) {
	s := newScene(t, "source>rows>db")
	line := 0
	s.w.Ask = func(int32) Doing {
		line++
		return Doing{What: "sync.Mutex.Lock", Where: fmt.Sprint("db/sort.go:", line)}
	}
	s.work(10*time.Second, "db", "source")
	s.fill("rows", 4)
	s.set("db", telemetry.StateBusy)
	s.waits("source", ">rows")
	s.look(29*time.Second, nil)
	s.quiet()
}

// Who is found at work is given more time, and then named all the same.
func TestWhoIsAtWorkHasMoreTime(t *testing.T) {
	s := newScene(t, "source>rows>db")
	asked := 0
	s.w.Ask = func(int32) Doing { asked++; return Doing{Works: true, What: "running", Where: "db/sort.go:7"} }
	s.work(10*time.Second, "db", "source")
	s.fill("rows", 4)
	s.set("db", telemetry.StateBusy)
	s.waits("source", ">rows")
	s.look(29*time.Second, nil)
	s.quiet()
	s.look(2*time.Second, nil)
	s.says("stalled: db has finished nothing for 31 s, and 4 messages wait for it: it is in its own code",
		"db is at work at db/sort.go:7")
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}
