package screen

// Weight is the weight of a line.
type Weight uint8

// The weights. A double line that meets another weight is drawn as heavy,
// since there are no characters that mix them.
const (
	NoLine Weight = iota
	Light
	Heavy
	Double
)

// Dir is a direction in which a line leaves a cell.
type Dir uint8

// The directions.
const (
	North Dir = iota
	East
	South
	West
)

// Lines are the lines that leave a cell, two bits for each direction. The
// union of the lines of several edges is | only when their weights agree;
// Join keeps the heavier.
type Lines uint8

// Line returns one line of weight w that leaves a cell towards d.
func Line(d Dir, w Weight) Lines { return Lines(w&3) << (2 * (d & 3)) }

// Weight returns the weight of the line towards d.
func (l Lines) Weight(d Dir) Weight { return Weight(l>>(2*(d&3))) & 3 }

// Join returns the lines of l and o together; where both have one, the heavier.
func (l Lines) Join(o Lines) Lines {
	var out Lines
	for d := North; d <= West; d++ {
		out |= Line(d, max(l.Weight(d), o.Weight(d)))
	}
	return out
}

// Joint returns the character in which lines meet: ' ' for none, rounded
// corners for light ones.
func (g *GlyphSet) Joint(l Lines) rune { return g.joints[l] }

// lightHeavy lists the characters for light and heavy lines: nine rows for
// north (none, light, heavy) times east, nine columns for south times west.
var lightHeavy = [9]string{
	" ╴╸╷╮┑╻┒┓",
	"╶─╾╭┬┭┎┰┱",
	"╺╼━┍┮┯┏┲┳",
	"╵╯┙│┤┥╽┧┪",
	"╰┴┵├┼┽┟╁╅",
	"┕┶┷┝┾┿┢╆╈",
	"╹┚┛╿┦┩┃┨┫",
	"┖┸┹┞╀╃┠╂╉",
	"┗┺┻┡╄╇┣╊╋",
}

// doubles lists the characters for double lines only, by bits north, east,
// south, west. A single arm has none of its own.
var doubles = [16]rune{' ', '║', '═', '╚', '║', '║', '╔', '╠', '═', '╝', '═', '╩', '╗', '╣', '╦', '╬'}

var unicodeJoints, asciiJoints = makeJoints()

func makeJoints() (uni, ascii [256]rune) {
	var table [9][9]rune
	for i, row := range lightHeavy {
		col := 0
		for _, r := range row {
			table[i][col] = r
			col++
		}
	}
	for i := range uni {
		l := Lines(i)
		var w [4]Weight
		double, other, bits := false, false, 0
		for d := North; d <= West; d++ {
			w[d] = l.Weight(d)
			switch w[d] {
			case NoLine:
			case Double:
				double, bits = true, bits|1<<d
			default:
				other = true
			}
		}
		if double && !other {
			uni[i] = doubles[bits]
		} else {
			for d := range w {
				w[d] = min(w[d], Heavy)
			}
			uni[i] = table[3*w[North]+w[East]][3*w[South]+w[West]]
		}
		ascii[i] = asciiJoint(w)
	}
	return uni, ascii
}

// asciiJoint draws straight lines as lines and everything else as a plus.
func asciiJoint(w [4]Weight) rune {
	vertical, horizontal := max(w[North], w[South]), max(w[East], w[West])
	switch {
	case vertical != NoLine && horizontal != NoLine:
		return '+'
	case vertical != NoLine:
		return '|'
	case horizontal > Light:
		return '='
	case horizontal == Light:
		return '-'
	}
	return ' '
}
