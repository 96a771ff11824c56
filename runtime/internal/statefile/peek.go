package statefile

// Peek returns the record that Open would find, nil when there is no generation
// yet, and the error that Open would give for what it finds. It takes no lock and
// changes nothing, so it may be used at any time, also while another process
// saves: a path always names a whole generation, and the one before is read first,
// so that it is never newer.
func Peek(o Options) (*Record, error) {
	s, err := newStore(o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.dir.Close() }()
	if err := s.meant(); err != nil {
		return nil, err
	}
	previous := s.read(s.base + previousSuffix)
	r, _, err := choose(s.read(s.base), previous, s.o.OrPrevious)
	return r, err
}
