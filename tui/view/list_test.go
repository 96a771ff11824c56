package view

import (
	"testing"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

func TestActorList(t *testing.T) {
	goldens(t, "actors", func(c *screen.Canvas, th *theme.Theme) {
		l := NewActorList()
		l.Update(viewtest.Robot(), viewtest.Now)
		l.Move(2, viewtest.Now)
		l.Draw(c, th)
	})
}

func TestChannelList(t *testing.T) {
	goldens(t, "channels", func(c *screen.Canvas, th *theme.Theme) {
		l := NewChannelList()
		l.SetQuery("de")
		l.Update(viewtest.Robot(), viewtest.Now)
		l.Draw(c, th)
	})
}
