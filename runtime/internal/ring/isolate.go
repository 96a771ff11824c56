package ring

// Isolate has the receiver see one message at a time, up to index until: no more
// than one of an iteration unless a wait insists (see Insist). Nothing may have
// been taken by the open iteration.
func (r *Receiver) Isolate(until uint64) {
	r.alone, r.limit = until, 0
	r.Forget()
}

// Forget makes the receiver not know of any message until it looks again.
func (r *Receiver) Forget() {
	r.seen = r.Next()
	if r.limit != never {
		r.limit = r.Next() + 1
	}
	r.shrink()
}

// Isolated reports whether the receiver sees one message at a time.
func (r *Receiver) Isolated() bool { return r.limit != never }

// Insist shows one message more although the open iteration may have taken the
// one it is to have, for a wait that cannot go on without it.
func (r *Receiver) Insist() {
	r.limit = r.Next() + 1
	r.see(r.core.visible())
}

// see notes the newest tail, as far as it is to be seen.
func (r *Receiver) see(tail uint64) {
	if r.limit != never && tail > r.limit {
		tail = max(r.limit, r.Next())
	}
	r.seen = tail
}

// goOn shows the message after to, which was committed last.
func (r *Receiver) goOn(to uint64) {
	if r.limit = to + 1; to >= r.alone {
		r.limit = never
	}
}
