package screen

// A shade is a colour as it is sent: palette entry n is n+1, 24 bits are
// marked with shadeRGB, and zero is the terminal's default.
type shade uint32

const shadeRGB shade = 1 << 24

// shadeFor returns what profile p shows for c.
func shadeFor(c Color, p Profile) shade {
	n, indexed := c.index()
	r, g, b, rgb := c.IsRGB()
	switch {
	case p == NoColor || !rgb && !indexed:
		return 0
	case p == Color16 && indexed || !rgb:
		return shade(n) + 1
	case p == Color16:
		return shade(nearest16(r, g, b)) + 1
	case p == Color256:
		return shade(nearest256(r, g, b)) + 1
	}
	return shadeRGB | shade(c&0xffffff)
}

// cubeLevels are the intensities of the 6x6x6 colour cube, entries 16 to 231.
var cubeLevels = [6]int{0, 95, 135, 175, 215, 255}

// nearest256 returns the entry of the cube or of the grey ramp (232 to 255)
// that is nearest. The first sixteen belong to the user and may be anything.
func nearest256(r, g, b uint8) uint8 {
	ri, gi, bi := nearestLevel(r), nearestLevel(g), nearestLevel(b)
	cube := distance(r, g, b, cubeLevels[ri], cubeLevels[gi], cubeLevels[bi])
	step := max(0, min(23, (int(r)+int(g)+int(b)-3*8+15)/30))
	level := 8 + 10*step
	if distance(r, g, b, level, level, level) < cube {
		return uint8(232 + step)
	}
	return uint8(16 + 36*ri + 6*gi + bi)
}

func nearestLevel(v uint8) int {
	best := 0
	for i, l := range cubeLevels {
		if abs(int(v)-l) < abs(int(v)-cubeLevels[best]) {
			best = i
		}
	}
	return best
}

// palette16 holds what most terminals show for the sixteen (xterm's values).
var palette16 = [16][3]int{
	{0, 0, 0},
	{205, 0, 0},
	{0, 205, 0},
	{205, 205, 0},
	{0, 0, 238},
	{205, 0, 205},
	{0, 205, 205},
	{229, 229, 229},
	{127, 127, 127},
	{255, 0, 0},
	{0, 255, 0},
	{255, 255, 0},
	{92, 92, 255},
	{255, 0, 255},
	{0, 255, 255},
	{255, 255, 255},
}

func nearest16(r, g, b uint8) uint8 {
	best, bestAt := 1<<30, 0
	for i, c := range palette16 {
		if d := distance(r, g, b, c[0], c[1], c[2]); d < best {
			best, bestAt = d, i
		}
	}
	return uint8(bestAt)
}

// distance weighs green most and blue least, roughly as the eye does.
func distance(r, g, b uint8, r2, g2, b2 int) int {
	dr, dg, db := int(r)-r2, int(g)-g2, int(b)-b2
	return 3*dr*dr + 4*dg*dg + 2*db*db
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
