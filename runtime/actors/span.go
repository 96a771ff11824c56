package actors

// Span is the positions from From up to and without To: the bytes of a file, the
// lines of it, or the numbers of messages. The positions of a source have no gap
// and no overlap: each message begins where the one before has ended.
type Span struct{ From, To uint64 }

// At is the span of one position.
func At(position uint64) Span { return Span{position, position + 1} }
