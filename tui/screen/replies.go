package screen

import (
	"bytes"
	"strconv"
)

// Questions that a Terminal asks. Answers come back among the keys.
const (
	// probeRow is where the width of a line character is measured. Row 1
	// would do, but its answer reads like the key F3.
	probeRow = 2

	askBackground = "\x1b]11;?\x1b\\"
	askStatus     = "\x1b[5n"
	statusOK      = "\x1b[0n"
)

// askWidth draws one line character and asks where the cursor is then.
const askWidth = "\x1b[2;1H─\x1b[6n"

// answers are what was found in one piece of input.
type answers struct {
	status int // answers to askStatus: the terminal has worked through all that was sent before
	column int // of the cursor after the line character; 0 when there was no such answer
	// The background colour, if bgKnown.
	bgKnown bool
	bgLight bool
}

// replies takes the answers of the terminal out of the input. What might be
// the first part of an answer is held back until the rest comes; the caller
// releases it after a moment, since it may be the escape key.
type replies struct {
	width, background bool // an answer is still awaited
	held              []byte
}

// maxReply bounds what is held back.
const maxReply = 64

// take appends the keys of in to out and returns it with the answers.
func (r *replies) take(out, in []byte) ([]byte, answers) {
	var a answers
	if len(r.held) > 0 {
		in = append(r.held, in...)
		r.held = nil
	}
	for len(in) > 0 {
		i := bytes.IndexByte(in, 0x1b)
		if i < 0 {
			break
		}
		out = append(out, in[:i]...)
		in = in[i:]
		n, whole := r.match(in, &a)
		switch {
		case n > 0:
			in = in[n:]
		case !whole && len(in) < maxReply:
			r.held = append([]byte(nil), in...)
			return out, a
		default:
			out = append(out, in[0])
			in = in[1:]
		}
	}
	return append(out, in...), a
}

// release returns what is held back, as keys.
func (r *replies) release(out []byte) []byte {
	out = append(out, r.held...)
	r.held = nil
	return out
}

// match reports how many bytes at the start of in, which begins with an
// escape, are an answer. Of 0 and false, more input is needed to tell.
func (r *replies) match(in []byte, a *answers) (n int, whole bool) {
	if len(in) == 1 {
		return 0, false
	}
	switch {
	case in[1] == '[':
		return r.matchCSI(in, a)
	case in[1] == ']' && r.background:
		return r.matchOSC(in, a)
	}
	return 0, true
}

// matchCSI recognises the answers to askStatus and askWidth.
func (r *replies) matchCSI(in []byte, a *answers) (n int, whole bool) {
	end := 2
	for end < len(in) && (in[end] >= '0' && in[end] <= '9' || in[end] == ';') {
		end++
	}
	if end == len(in) {
		return 0, false
	}
	args := bytes.Split(in[2:end], []byte(";"))
	switch {
	case in[end] == 'n' && string(in[:end+1]) == statusOK:
		a.status++
		return end + 1, true
	case in[end] == 'R' && r.width && len(args) == 2:
		row, err1 := strconv.Atoi(string(args[0]))
		column, err2 := strconv.Atoi(string(args[1]))
		if err1 != nil || err2 != nil || row != probeRow || column < 1 { // columns count from 1
			return 0, true
		}
		r.width = false
		a.column = column
		return end + 1, true
	}
	return 0, true
}

// matchOSC recognises the answer to askBackground:
// ESC ] 11 ; rgb:R/G/B, ended by BEL or ESC \.
func (r *replies) matchOSC(in []byte, a *answers) (n int, whole bool) {
	const prefix = "\x1b]11;rgb:"
	if k := min(len(in), len(prefix)); string(in[:k]) != prefix[:k] {
		return 0, true
	}
	if len(in) < len(prefix) {
		return 0, false
	}
	end := bytes.IndexAny(in[len(prefix):], "\x07\x1b")
	if end < 0 {
		return 0, false
	}
	end += len(prefix)
	n = end + 1
	if in[end] == 0x1b {
		if n == len(in) {
			return 0, false
		}
		if in[n] != '\\' {
			return 0, true
		}
		n++
	}
	light, ok := lightColor(in[len(prefix):end])
	if !ok {
		return 0, true
	}
	r.background = false
	a.bgKnown, a.bgLight = true, light
	return n, true
}

// lightColor judges a colour written as R/G/B with one to four hexadecimal
// digits each.
func lightColor(b []byte) (light, ok bool) {
	parts := bytes.Split(b, []byte("/"))
	if len(parts) != 3 {
		return false, false
	}
	luma := 0.0
	for i, weight := range [3]float64{0.299, 0.587, 0.114} {
		if len(parts[i]) == 0 || len(parts[i]) > 4 {
			return false, false
		}
		v, err := strconv.ParseUint(string(parts[i]), 16, 16)
		if err != nil {
			return false, false
		}
		luma += weight * float64(v) / float64(uint(1)<<(4*len(parts[i]))-1)
	}
	return luma > 0.5, true
}
