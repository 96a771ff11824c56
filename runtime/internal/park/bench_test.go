package park

import (
	"runtime"
	"sync/atomic"
	"testing"
)

// BenchmarkRoundTrip hands a number to and fro between two locked threads.
func BenchmarkRoundTrip(b *testing.B) {
	for name, mk := range backends() {
		b.Run(name, func(b *testing.B) {
			x, y := mk(), mk()
			var ball atomic.Int64
			await := func(p *Parker, n int64) {
				for ball.Load() < n {
					p.Arm()
					if ball.Load() >= n {
						p.Cancel()
						return
					}
					p.Park()
				}
			}
			n := int64(b.N)
			done := make(chan struct{})
			go func() {
				runtime.LockOSThread()
				for i := int64(1); i < 2*n; i += 2 {
					await(y, i)
					ball.Store(i + 1)
					x.Wake()
				}
				close(done)
			}()
			go func() {
				runtime.LockOSThread()
				for i := int64(0); i < 2*n; i += 2 {
					await(x, i)
					ball.Store(i + 1)
					y.Wake()
				}
			}()
			<-done
		})
	}
}
