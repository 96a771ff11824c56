package view

import (
	"strconv"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// states lists what the actor keeps over its restarts, where that is saved and
// when, and what went wrong with it.
func (d *Detail) states(c *screen.Canvas, y int, th *theme.Theme) int {
	if d.Info == nil || len(d.Info.States) == 0 {
		return y
	}
	w, _ := c.Size()
	rule(c, y, "state", nil, th)
	y++
	for i := range d.Info.States {
		if y > tall-16 {
			break
		}
		k := &d.Info.States[i]
		line := stateLine(k, th)
		line.draw(c, 1, y, w-2)
		y++
		if k.Error != "" {
			c.Set(3, y, c.Glyphs().Warning, th.Hot)
			y += paragraph(c, 5, y, w-6, 4, k.Error, th.Hot)
		}
	}
	return y
}

func stateLine(k *telemetry.StateDetail, th *theme.Theme) *strip {
	var line strip
	line.cut(k.Name, 24, th.Text)
	line.text(" ", th.Text)
	line.cut(k.Type, 24, th.Muted)
	line.next(0)
	if k.File == "" {
		line.text("in memory only", th.Muted)
		return &line
	}
	line.text("saved ", th.Muted)
	line.text(k.Sync, th.Text)
	if k.Unsaved {
		line.text(", not saved yet", th.Warm)
	}
	line.next(2)
	line.text("generation ", th.Muted)
	line.bytes(strconv.AppendUint(line.scratch(), k.Generation, 10), th.Text)
	if !k.Saved.IsZero() {
		line.text(" at ", th.Muted)
		line.bytes(k.Saved.AppendFormat(line.scratch(), time.DateTime), th.Text)
	}
	line.next(1)
	line.cut(k.File, 48, th.Muted)
	return &line
}
