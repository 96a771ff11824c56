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
		c.Text(box.X+1, box.Y, room, look.actor.Name, look.title(d.th))
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
		if y == box.H-1 {
			rail = up
		}
		c.Set(box.X, box.Y+y, g.Joint(rail), d.th.Border)
	}
	d.finish(box, look)
	if box.H > 1 && d.p.Level == LevelCompact {
		split(c, box.X+1, box.Y+1, box.W-1, look.actor, d.th)
	}
}
