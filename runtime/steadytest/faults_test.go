package steadytest

import "testing"

// Seeds differ in how much befalls a run, and whom.
func TestFaultsComeAtManyRates(t *testing.T) {
	none, few, many, one := 0, 0, 0, 0
	for seed := range uint64(200) {
		p := newPlan(seed, 0, 1000)
		switch n := len(p.faults); {
		case n == 0:
			none++
		case n <= 4:
			few++
		case n >= 8:
			many++
		}
		if p.only > 0 {
			one++
		}
	}
	if none < 10 || few < 50 || many < 30 || one < 30 {
		t.Errorf("of 200 plans %d have no faults, %d few and %d many, %d pursue one actor", none, few, many, one)
	}
}
