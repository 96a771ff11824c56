package theme

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
)

var severities = []collector.Severity{collector.OK, collector.Warm, collector.Hot, collector.Full}

// tokens returns the styles of a theme by name.
func tokens(th *Theme) map[string]screen.Style {
	out := map[string]screen.Style{}
	v := reflect.ValueOf(th).Elem()
	for i := range v.NumField() {
		if st, ok := v.Field(i).Interface().(screen.Style); ok {
			out[v.Type().Field(i).Name] = st
		}
	}
	return out
}

func TestSeverityIsNeverColourAlone(t *testing.T) {
	for _, th := range All() {
		for _, hot := range []collector.Severity{collector.Hot, collector.Full} {
			if th.Weight(hot) == th.Weight(collector.OK) {
				t.Errorf("%s: a %v edge is as thin as an idle one", th.Name, hot)
			}
		}
		if th.Weight(collector.Hot) == th.Weight(collector.Full) {
			t.Errorf("%s: hot and full edges have the same weight", th.Name)
		}
		if th.Edge(collector.OK) != th.Border || th.Edge(collector.Full) != th.Full {
			t.Errorf("%s: quiet edges stand out, or full ones do not", th.Name)
		}
		if st := th.Select(th.Full); st.Attr&screen.Reverse == 0 || st.FG != th.Selected.FG {
			t.Errorf("%s: the selection of a full row is %v", th.Name, st)
		}
	}
}

func TestMonoHasNoColours(t *testing.T) {
	for name, st := range tokens(Mono) {
		if st.FG != screen.DefaultColor || st.BG != screen.DefaultColor || st.Attr&^(screen.Bold|screen.Dim|screen.Reverse) != 0 {
			t.Errorf("%s is %v", name, st)
		}
	}
}

// lightness of black and white text, and of the grounds that dark and light
// themes are meant for: neither pure black nor pure white is the worst case.
var ground = map[*Theme][3]float64{Dark: {30, 30, 30}, ColorBlind: {30, 30, 30}, Light: {250, 250, 245}}

func TestContrast(t *testing.T) {
	for th, bg := range ground {
		for name, st := range tokens(th) {
			least := 4.0
			switch name {
			case "Faint", "Border", "Idle":
				least = 2.0 // may be overlooked
			case "Ghost":
				least = 3.0
			}
			under := bg
			if st.BG != screen.DefaultColor {
				under = rgb(t, st.BG)
			}
			if st.FG == screen.DefaultColor {
				continue
			}
			if c := contrast(rgb(t, st.FG), under); c < least {
				t.Errorf("%s: %s has a contrast of %.1f, want %.1f", th.Name, name, c, least)
			}
			if !strings.Contains(st.FG.String(), "/") {
				t.Errorf("%s: %s says nothing for terminals with 16 colours", th.Name, name)
			}
		}
	}
}

// TestColourBlind checks that the severities stay apart for people without
// red, green or blue cones (matrices of Machado, Oliveira and Fernandes).
func TestColourBlind(t *testing.T) {
	kinds := map[string][3][3]float64{
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	}
	for kind, m := range kinds {
		for i, a := range severities {
			for _, b := range severities[i+1:] {
				if d := labDistance(seen(rgb(t, ColorBlind.Severity(a).FG), m), seen(rgb(t, ColorBlind.Severity(b).FG), m)); d < 12 {
					t.Errorf("%s: %v and %v are %.0f apart", kind, a, b, d)
				}
			}
		}
	}
}

func TestPickAndByName(t *testing.T) {
	for _, tt := range []struct {
		profile screen.Profile
		light   bool
		want    *Theme
	}{{screen.NoColor, true, Mono}, {screen.Color16, false, Dark}, {screen.TrueColor, true, Light}} {
		if got := Pick(tt.profile, tt.light); got != tt.want {
			t.Errorf("%v, light %v: %s", tt.profile, tt.light, got.Name)
		}
	}
	for _, th := range All() {
		if got, err := ByName(strings.ToUpper(th.Name)); got != th || err != nil {
			t.Errorf("%s: %v, %v", th.Name, got, err)
		}
	}
	if _, err := ByName("rainbow"); err == nil || !strings.Contains(err.Error(), "colorblind") {
		t.Errorf("an unknown theme: %v", err)
	}
}

func rgb(t *testing.T, c screen.Color) [3]float64 {
	t.Helper()
	r, g, b, ok := c.IsRGB()
	if !ok {
		t.Fatalf("%v is no RGB colour", c)
	}
	return [3]float64{float64(r), float64(g), float64(b)}
}

// linear turns sRGB of 0..255 into linear light of 0..1.
func linear(c [3]float64) (out [3]float64) {
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			out[i] = v / 12.92
		} else {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}

func contrast(a, b [3]float64) float64 {
	luma := func(c [3]float64) float64 {
		l := linear(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	hi, lo := luma(a), luma(b)
	return (max(hi, lo) + 0.05) / (min(hi, lo) + 0.05)
}

// seen returns the linear light that somebody perceives.
func seen(c [3]float64, m [3][3]float64) (out [3]float64) {
	l := linear(c)
	for i := range m {
		for k := range l {
			out[i] += m[i][k] * l[k]
		}
		out[i] = max(0, min(1, out[i]))
	}
	return out
}

// labDistance is the distance of two linear colours in CIE Lab; about 2 can be
// told apart side by side.
func labDistance(a, b [3]float64) float64 {
	lab := func(c [3]float64) [3]float64 {
		f := func(t float64) float64 {
			if t > 0.008856 {
				return math.Cbrt(t)
			}
			return 7.787*t + 16.0/116
		}
		x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.9505)
		y := f(0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2])
		z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.089)
		return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
	}
	p, q, sum := lab(a), lab(b), 0.0
	for i := range p {
		sum += (p[i] - q[i]) * (p[i] - q[i])
	}
	return math.Sqrt(sum)
}
