package robot

import (
	"math"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// fusion merges three inputs into one pose. It votes: it may stop when all
// three are closed and empty. The pose is a state: if fuse fails, the robot still
// knows where it is.
type fusion struct {
	pose    *steady.State[Pose]
	scans   *steady.Rx[Scan]
	motions *steady.Rx[Motion]
	objects *steady.Rx[Objects]
	toMap   *steady.Tx[Pose]
	toPlan  *steady.Tx[Pose]
}

func (f fusion) run(a *steady.Actor) error {
	for a.Running(f.scans.Drained(), f.motions.Drained(), f.objects.Drained()) {
		pose := f.pose.Get()
		turn := steady.All(f.scans.Avail(1), f.toMap.Vacant(1), f.toPlan.Vacant(1))
		switch a.WaitAny(turn, f.objects.Avail(1), f.motions.Avail(1)) {
		case 0: // there is room for the pose on both ways: both get it, or none
			s, _ := f.scans.TryTake()
			pose.Heading += match(s)
			f.toMap.TrySend(pose)
			f.toPlan.TrySend(pose)
		case 1:
			f.objects.TryTake()
		case 2:
			m, _ := f.motions.TryTake()
			pose.X += 0.005 * math.Cos(pose.Heading) * float64(1+m.Accel)
			pose.Y += 0.005 * math.Sin(pose.Heading) * float64(1+m.Accel)
		}
		f.pose.Set(pose)
	}
	return nil
}

// guesses is how many turns match tries out. It is a variable because a
// simulation has no time for so many.
var guesses = 8000

// match compares a scan with the last one, with real arithmetic.
func match(s Scan) float64 {
	best, turn := math.Inf(1), 0.0
	for k := range guesses {
		d, t := 0.0, float64(k)*0.00025
		for i, r := range s.Ranges {
			e := float64(r) - 2 - math.Sin(t+float64(i))
			d += e * e
		}
		if d < best {
			best, turn = d, t
		}
	}
	return 0.001 * turn
}

// mapper marks the tile of every second pose.
type mapper struct{ seen *steady.State[int] }

func (m mapper) run(a *steady.Actor, in *steady.Rx[Pose], out *steady.Tx[Tile]) error {
	for p := range in.All() {
		exposure(8 * time.Millisecond)
		n := m.seen.Get() + 1
		m.seen.Set(n)
		if n%2 == 1 {
			continue
		}
		if err := out.Send(Tile{X: int(p.X), Y: int(p.Y)}); err != nil {
			return err
		}
	}
	return nil
}

// planner closes the loop: it commands the motor and hears back from it. It
// takes a message only when there is room for the command that may follow.
type planner struct {
	ticks    *steady.State[int] // of the wheels, so far
	poses    *steady.Rx[Pose]
	tiles    *steady.Rx[Tile]
	odometry *steady.Rx[Odometry]
	commands *steady.Tx[Command]
}

func (p planner) run(a *steady.Actor) error {
	for a.Running(p.poses.Drained(), p.tiles.Drained(), p.odometry.Drained()) {
		room := p.commands.Vacant(1)
		switch a.WaitAny(p.odometry.Avail(1), p.tiles.Avail(1), steady.All(p.poses.Avail(1), room)) {
		case 0:
			o, _ := p.odometry.TryTake()
			p.ticks.Set(p.ticks.Get() + o.Ticks)
		case 1:
			p.tiles.TryTake()
			exposure(4 * time.Millisecond)
		case 2:
			pose, _ := p.poses.TryTake()
			exposure(10 * time.Millisecond)
			p.commands.TrySend(Command{Speed: 1 - 0.001*float64(p.ticks.Get()%100), Turn: -pose.Heading})
		}
	}
	return nil
}

// motor runs on a thread of its own, so that no other actor can delay it.
func motor(a *steady.Actor, in *steady.Rx[Command], out *steady.Tx[Odometry]) error {
	for c := range in.All() {
		exposure(time.Duration(10+5*c.Speed) * time.Millisecond)
		if err := out.Send(Odometry{Ticks: int(10 * c.Speed)}); err != nil {
			return err
		}
	}
	return nil
}
