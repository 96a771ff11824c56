package memfs

// Loss says what a loss of power leaves of content that was not made durable.
type Loss int

// The losses.
const (
	LoseAll   Loss = iota // what was there at the last sync of the file
	LoseHalf              // the first half of what came after that
	Zeroes                // the length is right, what came after that is zero
	LoseNone              // the disk was quicker than it had to be
	NumLosses = int(iota)
)

// Pending is the number of operations on names that are not durable.
func (f *FS) Pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.pending)
}

// Killed returns the file system as another process finds it after this one was
// killed: with everything it did, without its locks.
func (f *FS) Killed() *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := New()
	for name, n := range f.names {
		g.names[name] = n
	}
	for name, n := range f.durable {
		g.durable[name] = n
	}
	g.pending = append(g.pending, f.pending...)
	return g
}

// PowerLost returns the file system after a loss of power. Of the pending
// operations on names those survive whose bit is set in keep, the first one
// being bit 0; they need not be the first ones.
func (f *FS) PowerLost(keep uint64, loss Loss) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := map[string]*node{}
	for name, n := range f.durable {
		names[name] = n
	}
	for i, c := range f.pending {
		if keep&(1<<i) != 0 {
			c.apply(names)
		}
	}
	g := New()
	after := map[*node]*node{} // a file keeps being one file under all its names
	for name, n := range names {
		if after[n] == nil {
			data := n.after(loss)
			after[n] = &node{data: data, durable: data, synced: true, info: n.info}
		}
		g.names[name], g.durable[name] = after[n], after[n]
	}
	return g
}

// after is the content after a loss of power. Files only grow.
func (n *node) after(loss Loss) []byte {
	lost := len(n.data) - len(n.durable)
	switch {
	case n.synced || loss == LoseNone:
		return n.data
	case loss == LoseHalf:
		return n.data[:len(n.durable)+lost/2]
	case loss == Zeroes:
		return append(append([]byte(nil), n.durable...), make([]byte, lost)...)
	default:
		return n.durable
	}
}
