package steady

// manyPorts is from how many ports on an actor keeps a list of those in use.
const manyPorts = 9

// inUse lists the ports that a boundary or a park has to look after: all of
// them, or, for an actor with many, those that may have something to publish or
// to release. A lane of a bundle must not cost anything while others are used.
//
// A port can stage only through a window or, in place, through Stage and Take,
// and is listed when it gets the one or does the other. It leaves the list when
// a flush finds nothing to do for it, and loses its window then.
type inUse struct {
	outs []*outPort
	ins  []*inPort
	few  bool // not all ports are listed
}

// listPorts is called once, when all ports are claimed.
func (a *Actor) listPorts() {
	if len(a.outs)+len(a.ins) >= manyPorts {
		a.inUse = inUse{outs: make([]*outPort, 0, len(a.outs)), ins: make([]*inPort, 0, len(a.ins)), few: true}
		return
	}
	a.inUse = inUse{outs: a.outs, ins: a.ins}
	for _, o := range a.outs {
		o.used = true
	}
	for _, i := range a.ins {
		i.used = true
	}
}

// use lists the port.
func (o *outPort) use() {
	if !o.used {
		o.used = true
		o.a.inUse.outs = append(o.a.inUse.outs, o)
	}
}

func (i *inPort) use() {
	if !i.used {
		i.used = true
		i.a.inUse.ins = append(i.a.inUse.ins, i)
	}
}

// Stage and Take are those of the ring; what stages in place needs no window.
func (o *outPort) Stage(tick, n uint64) {
	o.use()
	o.Sender.Stage(tick, n)
}

// Take takes in place: see Stage.
func (i *inPort) Take(tick, n uint64) {
	i.use()
	i.Receiver.Take(tick, n)
}

// flushFew is flush for the listed ports. Those for which there was nothing to
// do leave the list.
func (a *Actor) flushFew() {
	l := &a.inUse
	n := 0
	for _, o := range l.outs {
		if o.Publish(a.tick) || o.Open(a.tick) {
			l.outs[n] = o
			n++
		} else {
			o.used = false
			o.Rest()
		}
	}
	l.outs, n = l.outs[:n], 0
	for _, i := range l.ins {
		if i.Release(a.tick) || i.Open(a.tick) {
			l.ins[n] = i
			n++
		} else {
			i.used = false
			i.Rest()
		}
	}
	l.ins = l.ins[:n]
}
