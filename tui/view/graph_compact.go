package view

import "github.com/steadytop/steadytop/tui/screen"

// compact draws an actor as a row of sign, name and CPU; at LevelDot as the
// sign. Rows below the first belong to further edges: a rail shows that, and
// the first of them has room for the split bar.
func (d *drawing) compact(box screen.Rect, look *nodeLook) {
	c, g := d.c, d.c.Glyphs()
	c.Set(box.X, box.Y, look.sign, look.signStyle)
	if d.p.Level == LevelCompact {
		room := box.W - 2 - cpuCells
		more := look.node.more
		n := d.name(box.X+1, box.Y, room-more, look)
		if more > 0 {
			d.times(box.X+2+n, box.Y, more-1, look)
		}
		var fig figure
		at := screen.Rect{X: box.X + 2 + room, Y: box.Y, W: cpuCells, H: 1}
		if look.actor.CPU.Known() {
			putRight(c, at.X, at.Y, at.W, appendCPU(fig[:0], look.actor, isASCII(c)), severe(look.actor.Severity, d.th))
		} else {
			putMissing(c, at.X, at.Y, at.W, d.th.Faint)
		}
	}
	up, down := screen.Line(screen.North, screen.Light), screen.Line(screen.South, screen.Light)
	for y := 1; y < box.H; y++ {
		rail := up | down
		switch {
		case y < box.H-1:
		case look.node.group != nil && y == 1:
			rail = up | screen.Line(screen.East, screen.Light)
		default:
			rail = up
		}
		c.Set(box.X, box.Y+y, g.Joint(rail), d.th.Border)
	}
	d.finish(box, look)
	if box.H < 2 || d.p.Level != LevelCompact {
		return
	}
	bar := box.W - 1
	if look.node.group != nil { // the right half belongs to those in trouble
		half := bar / 2
		c.Fill(screen.Rect{X: box.X + 1 + bar - half, Y: box.Y + 1, W: half, H: 1}, ' ', screen.Style{})
		d.crowd(box.X+2+bar-half, box.Y+1, half-1, &look.crowd)
		bar -= half
	}
	split(c, box.X+1, box.Y+1, bar, look.actor, d.th)
}
