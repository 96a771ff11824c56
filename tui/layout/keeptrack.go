package layout

// keepJogs splits the nets that the layout before split, in the same row as
// long as that is free. Which net of a cycle is split depends on all others,
// so without this a line could be led another way because one elsewhere went.
func (g *gutter) keepJogs() {
	for n := range g.nets {
		t := &g.nets[n]
		if t.was.first == t.was.second || len(t.rights) == 0 || !t.trunk() {
			continue
		}
		if jog := t.was.jog; jog < len(g.leftAt) && g.free(jog, n) {
			g.splitAt(n, jog)
		}
	}
}

// assign gives each trunk a track. Those of the layout before stay on theirs
// when they can and when the gutter has the room, in cells, or gets no wider by
// it than with tracks from scratch. They always can when lines only went:
// trunks do not become longer then, and no order among them is new.
func (g *gutter) assign(c *column, room int) {
	known := false
	for n := range g.nets {
		known = known || g.nets[n].was.first >= 0
	}
	if !known || room < 0 || !g.keepTracks() {
		g.startTracks()
		g.pack()
		return
	}
	if wide := g.width(c); wide > room {
		g.startTracks()
		g.pack()
		if g.width(c) >= wide {
			g.keepTracks()
		}
	}
}

// startTracks takes all trunks from their tracks.
func (g *gutter) startTracks() {
	g.constrain()
	g.spans, g.kept = g.spans[:0], false
	for n := range g.nets {
		g.nets[n].track = -1
	}
}

// keepTracks puts known trunks onto the tracks that they had and the others
// around them. It reports whether no trunk is in the way of another.
func (g *gutter) keepTracks() bool {
	g.startTracks()
	g.kept = true
	for n := range g.nets {
		t := &g.nets[n]
		track := t.was.first
		if track < 0 || !t.trunk() {
			continue
		}
		if track < len(g.spans) && !g.vacant(track, t) {
			return false
		}
		g.put(n, track)
		g.state[n] = 1
	}
	g.pack()
	for n := range g.nets {
		for _, m := range g.before[n] {
			if g.nets[n].trunk() && g.nets[m].track >= g.nets[n].track {
				return false
			}
		}
	}
	return true
}
