package robot

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// cheap makes match do less arithmetic in a test, which asks what becomes of the
// messages, and not where the robot goes.
func cheap(t *testing.T) {
	old := guesses
	guesses = 8
	t.Cleanup(func() { guesses = old })
}

// An actor with two outputs: each picture gives objects and a page. The detector
// fails when it has sent both: both are taken back, and sent once more.
func TestDetector(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		images := steadytest.Feed(h, Image{1}, Image{2}, Image{3})
		objects, pages := steadytest.Collect[Objects](h), steadytest.Collect[Page](h)
		h.Actor(func(a *steady.Actor) error { return detector{images.Rx(), objects.Tx(), pages.Tx()}.run(a) })
		images.PanicAt(2)
		h.Sleep(time.Minute) // its exposures, and the back-off
		objects.Want(Objects{1, 2}, Objects{2, 3}, Objects{3, 1})
		if n := pages.Len(); n != 3 {
			t.Errorf("%d pages, want 3", n)
		}
		h.WantRestarts("actor", 1)
	})
}

// Where the robot believes it is does not depend on whether fuse fails on the way.
func TestFusionKnowsWhereItIs(t *testing.T) {
	cheap(t)
	drive := func(t *testing.T, fails bool) (poses []Pose) {
		steadytest.Run(t, func(h *steadytest.Harness) {
			scans, motions, objects := steadytest.Feed[Scan](h), steadytest.Feed[Motion](h), steadytest.Feed[Objects](h)
			toMap, toPlan := steadytest.Collect[Pose](h), steadytest.Collect[Pose](h)
			pose := steady.NewState(h.Steady(), "pose", Pose{})
			h.Actor(func(a *steady.Actor) error {
				return fusion{pose, scans.Rx(), motions.Rx(), objects.Rx(), toMap.Tx(), toPlan.Tx()}.run(a)
			}, pose)
			if fails {
				motions.PanicAt(50)
				scans.PanicAt(3)
			}
			for range 4 {
				motions.Send(make([]Motion, 30)...)
				h.Sleep(time.Minute)
				scans.Send(Scan{})
				h.Sleep(time.Minute)
			}
			poses = toMap.All()
			toPlan.Want(poses...)
		})
		return poses
	}
	healthy, failing := drive(t, false), drive(t, true)
	if !reflect.DeepEqual(healthy, failing) {
		t.Errorf("the robot believes it is at\n\t%v without failures, and at\n\t%v with them", healthy, failing)
	}
	if len(healthy) != 4 || healthy[3].X < 0.5 {
		t.Errorf("the poses are %v, want four that lead away", healthy)
	}
}

// The bottleneck of the README, by the clock of the harness: the logger takes
// 25 pages a second, and what is before it is full, up to the camera.
func TestBottleneck(t *testing.T) {
	cheap(t)
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(Build)
		pages := steadytest.Tap[Page](g, "pages")
		h.Sleep(30 * time.Second) // until all is full
		before := pages.Len()
		h.Sleep(10 * time.Second)
		if n := pages.Len() - before; n != 250 {
			t.Errorf("%d pages in ten seconds, want 250", n)
		}
		if images, pages := g.Len("images"), g.Len("pages"); images < 7 || pages < 15 {
			t.Errorf("%d pictures and %d pages in the channels, want them full", images, pages)
		}
		if n := g.Len("motions"); n > 1 {
			t.Errorf("%d motions in the channel, want that nobody waits for the logger who does not send to it", n)
		}
	})
}

// A camera that fails goes on counting, and no picture comes twice or is missing.
func TestCamera(t *testing.T) {
	cheap(t)
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(Build)
		images := steadytest.Tap[Image](g, "images")
		g.PanicAt("camera", 5)
		h.Sleep(time.Second)
		h.WantRestarts("camera", 1)
		if images.Len() < 10 {
			t.Errorf("%d pictures in a second", images.Len())
		}
		for i, image := range images.All() {
			if image.Number != i+1 {
				t.Errorf("picture %d has number %d", i+1, image.Number)
			}
		}
	})
}

// A pose goes to the map and to the planner, or to nobody. When the planner takes
// no more, fuse does not send the next one half.
func TestPosesGoBothWays(t *testing.T) {
	cheap(t)
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(Build)
		toMap, toPlan := steadytest.Tap[Pose](g, "poses.map"), steadytest.Tap[Pose](g, "poses.plan")
		g.Freeze("poses.plan")
		h.Sleep(10 * time.Second)
		if n := g.Len("poses.plan"); n != 64 {
			t.Errorf("%d poses wait for the planner, want 64", n)
		}
		toPlan.Want()
		if n := toMap.Len(); n != 64 {
			t.Errorf("%d poses on the map, want 64", n)
		}
		g.Thaw("poses.plan")
		h.Stop()
		toPlan.Want(toMap.All()...)
	})
}

// Votes: as long as the map may send tiles, the planner refuses to stop, and the
// loop that it forms with the motor goes on. Then the loop comes to rest, and ends.
func TestLoopDrains(t *testing.T) {
	cheap(t)
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(Build)
		commands, odometry := steadytest.Tap[Command](g, "commands"), steadytest.Tap[Odometry](g, "odometry")
		h.Sleep(time.Second)
		g.Freeze("poses.map")
		h.Sleep(time.Second)
		h.RequestStop()
		h.Sleep(5 * time.Second)
		h.WantEnded("fuse")
		h.WantVeto("planner", "tiles: 0 left, sender running")
		if odometry.Closed() {
			t.Error("the loop ended before the planner")
		}
		g.Thaw("poses.map")
		h.Sleep(time.Second)
		h.WantEnded("planner")
		h.WantEnded("motor")
		if c, o := commands.Len(), odometry.Len(); c != o || c < 70 {
			t.Errorf("%d commands, %d reports, want as many", c, o)
		}
	})
}

// All orders and failures: of each picture there is a page and a report of
// objects, a pose goes both ways, every second one marks a tile, and each leads
// to one command and one report of the motor. The exposures are left out: they
// use the clock of the machine, and do not know that of the simulation.
func TestSimulation(t *testing.T) {
	cheap(t)
	old := exposure
	exposure = func(time.Duration) {}
	t.Cleanup(func() { exposure = old })

	steadytest.Simulate(t, Build, steadytest.Options{
		Seeds: 1000,
		Setup: func(g *steadytest.Graph) {
			images, pages := steadytest.Tap[Image](g, "images"), steadytest.Tap[Page](g, "pages")
			objects := steadytest.Tap[Objects](g, "objects")
			toMap, toPlan := steadytest.Tap[Pose](g, "poses.map"), steadytest.Tap[Pose](g, "poses.plan")
			tiles := steadytest.Tap[Tile](g, "tiles")
			commands, odometry := steadytest.Tap[Command](g, "commands"), steadytest.Tap[Odometry](g, "odometry")
			g.Ensure(func() error {
				for i, image := range images.All() {
					if image.Number != i+1 {
						return fmt.Errorf("picture %d has number %d", i+1, image.Number)
					}
				}
				for i, o := range objects.All() {
					if o.Image != i+1 {
						return fmt.Errorf("objects %d are of picture %d", i+1, o.Image)
					}
				}
				if i, p, o := images.Len(), pages.Len(), objects.Len(); p != i || o != i {
					return fmt.Errorf("%d pictures, %d pages, %d times objects", i, p, o)
				}
				if !reflect.DeepEqual(toMap.All(), toPlan.All()) {
					return fmt.Errorf("the planner got %d poses, the map %d, or others", toPlan.Len(), toMap.Len())
				}
				if n, want := tiles.Len(), toMap.Len()/2; n != want {
					return fmt.Errorf("%d tiles, want %d", n, want)
				}
				if p, c, o := toPlan.Len(), commands.Len(), odometry.Len(); c != p || o != p {
					return fmt.Errorf("%d poses, %d commands, %d reports of the motor", p, c, o)
				}
				return nil
			})
		},
	})
}
