package screen

import "time"

// token is a lock whose taker can give up waiting.
type token chan struct{}

func newToken() token { return make(token, 1) }

func (k token) take() { k <- struct{}{} }

func (k token) give() { <-k }

// takeWithin takes k and reports true, or gives up after d.
func (k token) takeWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case k <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}
