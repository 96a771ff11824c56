package screen

import (
	"math"
	"strconv"
	"testing"
)

// busyScreen draws 40 actors with 60 channels into 160x50: boxes, a bar of
// CPU each, one or two bars of channels, figures. Of all values, changing in
// a hundred move from frame to frame. As in the themes, plain text has the
// terminal's own colour.
type busyScreen struct {
	frame, changing int
	styles          [5]Style
	buf             []byte
}

func newBusyScreen(changing int) *busyScreen {
	return &busyScreen{changing: changing, buf: make([]byte, 0, 32), styles: [5]Style{
		{}, {FG: RGB(120, 180, 130)}, {FG: RGB(220, 190, 90)}, {FG: RGB(230, 90, 80), Attr: Bold}, {FG: RGB(100, 110, 125)},
	}}
}

// value is a figure in 0..1 that swings slowly, or stands still.
func (b *busyScreen) value(node, k int) float64 {
	h := int((uint32(node)*2654435761 + uint32(k)*40503) & 0xffff)
	t := 0.0
	if h%100 < b.changing {
		t = float64(b.frame)
	}
	return 0.5 + 0.5*math.Sin(t*0.11+float64(h)/1000)
}

func (b *busyScreen) number(c *Canvas, x, y, w int, v float64, prec int, unit string) {
	b.buf = strconv.AppendFloat(b.buf[:0], v, 'f', prec, 64)
	c.Bytes(x+w-len(b.buf), y, w, b.buf, b.styles[0])
	c.Text(x+w, y, 4, unit, b.styles[4])
}

func (b *busyScreen) draw(c *Canvas) {
	c.Clear(Style{})
	b.buf = strconv.AppendInt(append(b.buf[:0], "up "...), int64(b.frame/10), 10)
	c.Text(0, 0, 30, " steadytop  robot:4127", b.styles[0])
	c.Bytes(30, 0, 20, append(b.buf, " s"...), b.styles[0])
	for n := range 40 {
		x, y := n%5*32, 1+n/5*6
		c.Box(Rect{x, y, 29, 5}, Light, b.styles[4])
		c.Text(x+2, y, 12, busyNames[n], b.styles[0])
		for i := range 3 {
			if i == 2 && n%2 == 1 {
				continue
			}
			v := b.value(n, i+1)
			fill := b.styles[1]
			if v > 0.66 {
				fill = b.styles[2]
			}
			if v > 0.85 {
				fill = b.styles[3]
			}
			c.Text(x+1, y+1+i, 4, [3]string{"cpu", "ch0", "ch1"}[i], b.styles[4])
			Bar(c, x+5, y+1+i, 14, v, fill, b.styles[4])
			if i == 0 {
				b.number(c, x+20, y+1, 4, v*100, 0, "%")
			} else {
				b.number(c, x+20, y+1+i, 5, v*9, 2, "M/s")
			}
		}
		c.Set(x+14, y+4, c.Glyphs().Joint(Line(East, Light)|Line(West, Light)|Line(South, Light)), b.styles[4])
		c.VLine(x+14, y+5, 1, Light, b.styles[4])
		b.number(c, x+16, y+5, 8, float64(int(b.value(n, 1)*1e6)), 0, " msg")
	}
	c.Text(0, 49, 80, " hjkl move  enter open  / find  S stop  ? help", b.styles[4])
	b.frame++
}

var busyNames = func() (a [40]string) {
	for i := range a {
		a[i] = "actor-" + strconv.Itoa(i)
	}
	return
}()

func BenchmarkPaint(b *testing.B) {
	for _, tt := range []struct {
		name     string
		changing int
		forget   bool
	}{{"full", 100, true}, {"all values", 100, false}, {"fifth", 20, false}, {"unchanged", 0, false}} {
		b.Run(tt.name, func(b *testing.B) {
			c, s := NewCanvas(160, 50), newBusyScreen(tt.changing)
			p := NewPainter(PainterOptions{Profile: TrueColor})
			s.draw(c)
			p.Paint(c)
			bytes := 0
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				if tt.changing > 0 {
					s.draw(c)
				}
				if tt.forget {
					p.Forget()
				}
				bytes += len(p.Paint(c))
			}
			b.ReportMetric(float64(bytes)/float64(b.N), "B/frame")
		})
	}
}

func TestBytesPerFrame(t *testing.T) {
	c, s := NewCanvas(160, 50), newBusyScreen(20)
	p := NewPainter(PainterOptions{Profile: TrueColor})
	s.draw(c)
	p.Paint(c)
	total, most := 0, 1200
	for range 200 {
		s.draw(c)
		total += len(p.Paint(c))
	}
	if got := total / 200; got > most {
		t.Errorf("a frame in which a fifth of the values changed took %d bytes, want at most %d", got, most)
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	c, s := NewCanvas(160, 50), newBusyScreen(100)
	p := NewPainter(PainterOptions{Profile: TrueColor})
	for range 300 { // every style and pair of styles was seen, buffers have grown
		s.draw(c)
		p.Paint(c)
	}
	if n := testing.AllocsPerRun(100, func() { s.draw(c); p.Paint(c) }); n > 0 {
		t.Errorf("a frame allocated %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		if len(p.Paint(c)) > 0 {
			t.Error("an unchanged frame took bytes")
		}
	}); n > 0 {
		t.Errorf("an unchanged frame allocated %v times", n)
	}
	name := "motör 控制台 ● ▶"
	if n := testing.AllocsPerRun(100, func() { c.Text(0, 0, 30, name, Style{}); c.Sub(Rect{1, 1, 9, 9}); c.Clear(Style{}) }); n > 0 {
		t.Errorf("drawing %q allocated %v times", name, n)
	}
}
