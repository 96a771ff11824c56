package steady

// manyPorts is from how many ports on an actor keeps account of those that it uses.
const manyPorts = 9

// touched are the ports that a boundary, a park and a look have to see to: all of an
// actor with few ports, else those that it has touched since they were last found
// with nothing to publish or to give back. So it costs nothing to own a port that
// is not used: a message of one lane in ten thousand costs what one of two does.
//
// Whatever is staged goes through a window or, in place, through Stage and Take.
// A port is listed when it gets the one or does the other, and loses its window
// when it leaves the list. So one that is not listed has nothing staged, and there
// is nothing to shorten for a peer that waits: the next message asks for a window
// first, and sees the peer then.
type touched struct {
	outs []*outPort
	ins  []*inPort
	some bool // not all of the actor's ports need be listed
}

// listPorts is called once, when all ports are claimed.
func (a *Actor) listPorts() {
	if len(a.outs)+len(a.ins) >= manyPorts {
		a.touched.some = true
		return
	}
	a.touched = touched{outs: a.outs, ins: a.ins}
	for _, o := range a.outs {
		o.listed = true
	}
	for _, i := range a.ins {
		i.listed = true
	}
}

// touch lists the port.
func (o *outPort) touch() {
	if !o.listed {
		o.listed = true
		o.a.touched.outs = append(o.a.touched.outs, o)
	}
}

// touch lists the port.
func (i *inPort) touch() {
	if !i.listed {
		i.listed = true
		i.a.touched.ins = append(i.a.touched.ins, i)
	}
}

// Stage is that of the ring, which needs no window.
func (o *outPort) Stage(tick, n uint64) {
	o.touch()
	o.Sender.Stage(tick, n)
}

// Take is that of the ring, which needs no window.
func (i *inPort) Take(tick, n uint64) {
	i.touch()
	i.Receiver.Take(tick, n)
}

// flushTouched is flush for the ports that are listed. Those with nothing to do
// leave the list. Windows may be lost: whoever holds one flushes before he gets it.
func (a *Actor) flushTouched() {
	n := 0
	for _, o := range a.touched.outs {
		if o.Publish(a.tick) || o.Open(a.tick) {
			a.touched.outs[n] = o
			n++
			continue
		}
		o.listed = false
		o.Rest()
	}
	a.touched.outs, n = a.touched.outs[:n], 0
	for _, i := range a.touched.ins {
		if i.Release(a.tick) || i.Open(a.tick) {
			a.touched.ins[n] = i
			n++
			continue
		}
		i.listed = false
		i.Rest()
	}
	a.touched.ins = a.touched.ins[:n]
}
