package robot

import (
	"fmt"
	"math"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// lidar turns forty times a second.
func lidar(a *steady.Actor, out *steady.Tx[Scan]) error {
	for turn := 0.0; a.Running(); {
		if !a.Wait(a.Every(25 * time.Millisecond)) {
			continue
		}
		var s Scan
		for i := range s.Ranges {
			s.Ranges[i] = float32(2 + math.Sin(turn+float64(i)))
		}
		turn += 0.1
		if err := out.Send(s); err != nil {
			return err
		}
	}
	return nil
}

// imu reads two hundred times a second.
func imu(a *steady.Actor, out *steady.Tx[Motion]) error {
	for t := 0.0; a.Running(); t += 0.005 {
		if !a.Wait(a.Every(5 * time.Millisecond)) {
			continue
		}
		if err := out.Send(Motion{Accel: float32(math.Sin(t)), Gyro: float32(math.Cos(t))}); err != nil {
			return err
		}
	}
	return nil
}

// camera takes thirty pictures a second, if the detector can take them. It counts
// them in a state, so that no two have the same number, even if it fails.
type camera struct{ taken *steady.State[int] }

func (c camera) run(a *steady.Actor, out *steady.Tx[Image]) error {
	for a.Running() {
		if !a.Wait(a.Every(time.Second / 30)) {
			continue
		}
		exposure(3 * time.Millisecond)
		n := c.taken.Get() + 1
		c.taken.Set(n)
		if err := out.Send(Image{Number: n}); err != nil {
			return err
		}
	}
	return nil
}

// linesPerImage is what makes the logger the bottleneck: thirty pictures with
// eight lines are 240 lines a second, and its card takes 200.
const linesPerImage = 8

// detector finds objects in pictures and logs what it saw.
type detector struct {
	images  *steady.Rx[Image]
	objects *steady.Tx[Objects]
	pages   *steady.Tx[Page]
}

// run sends to the channel that may be full first: while it waits there, the
// iteration has sent nothing yet, and can be taken back as a whole.
func (d detector) run(a *steady.Actor) error {
	for img := range d.images.All() {
		exposure(12 * time.Millisecond) // the accelerator works, not this core
		count := img.Number%3 + 1
		page := Page{Lines: make([]string, linesPerImage)}
		for i := range page.Lines {
			page.Lines[i] = fmt.Sprintf("image %d: region %d, %d objects", img.Number, i, count)
		}
		if err := d.pages.Send(page); err != nil {
			return err
		}
		if err := d.objects.Send(Objects{Image: img.Number, Count: count}); err != nil {
			return err
		}
	}
	return nil
}

// logger writes to a card that takes five milliseconds a line.
func logger(a *steady.Actor, in *steady.Rx[Page]) error {
	for page := range in.All() {
		exposure(time.Duration(len(page.Lines)) * 5 * time.Millisecond)
	}
	return nil
}

// exposure stands for a device that keeps an actor busy without using a core. It
// is a variable because a simulation has no time for it.
var exposure = time.Sleep
