package steady

import (
	"context"
	"sync/atomic"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Blocking runs f, which may block in code that the library knows nothing of: a
// read from a socket, a lock, a slow system call. What finished iterations sent
// is made visible before, and the dashboard shows the actor as "in a call"
// until f returns. f gets the context of the actor: it should return soon after
// that ends, and Blocking does not return before f. A member of a troupe hands
// f to another goroutine, so that the others go on; everyone else runs it in
// place. f must not use ports, State or waits of the actor. A panic of f is one
// of the actor.
func (a *Actor) Blocking(f func(ctx context.Context)) {
	a.flush()
	a.enterState(telemetry.StateCall)
	if a.place.member != nil {
		a.elsewhere(f)
		return
	}
	defer a.resume()
	f(a.Context())
}

// elsewhere runs f on a goroutine of its own, and the other members of the
// troupe meanwhile. done is stored before the wake, and loaded after the parker
// was armed.
func (a *Actor) elsewhere(f func(ctx context.Context)) {
	var done atomic.Bool
	var failed *PanicError
	a.g.sched.Spawn(func() {
		returned := false
		defer func() {
			if v := recover(); v != nil {
				failed = newPanicError(v)
			} else if !returned {
				failed = newPanicError(errGoexit)
			}
			done.Store(true)
			a.parker.Wake()
		}()
		f(a.Context())
		returned = true
	}, false)
	for {
		a.parker.Arm()
		if done.Load() {
			a.parker.Cancel()
			break
		}
		a.parker.Park()
	}
	a.resume()
	if failed != nil {
		panic(failed)
	}
}

// resume notes that the actor is back in its own code.
func (a *Actor) resume() {
	a.looked, a.lookAt = a.enterState(telemetry.StateBusy), a.tick
}
