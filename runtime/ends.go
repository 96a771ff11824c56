package steady

import "reflect"

// ends is a channel with messages of any type, as the test kit sees it.
type ends interface {
	message() reflect.Type
	at(i uint64) any     // a copy of message i, which lies in the ring
	ports() (tx, rx any) // as the channel gave them out
	onRelease(f func(from, to uint64))
	newWitness() witness
}

func (c *Chan[T]) message() reflect.Type { return reflect.TypeFor[T]() }

func (c *Chan[T]) at(i uint64) any {
	slots := c.ring.Slots()
	return slots[i&uint64(len(slots)-1)]
}

func (c *Chan[T]) ports() (tx, rx any) { return c.tx, c.rx }

func (c *Chan[T]) onRelease(f func(from, to uint64)) { c.rx.p.OnRelease(f) }

func (c *ByteChan) message() reflect.Type { return reflect.TypeFor[[]byte]() }

func (c *ByteChan) at(i uint64) any { return append([]byte{}, c.rx.view(c.c.at(i).(span))...) }

func (c *ByteChan) ports() (tx, rx any) { return c.tx, c.rx }

func (c *ByteChan) onRelease(f func(from, to uint64)) { c.c.onRelease(f) }

func (c *ByteChan) newWitness() witness { return c.c.newWitness() }
