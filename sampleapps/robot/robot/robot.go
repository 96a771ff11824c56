// Package robot is the graph of the robot sample, so that `steadytop demo` can
// run it too.
package robot

import (
	"context"

	steady "github.com/steadytop/steadytop/runtime"
)

// Run runs the robot until ctx ends, SIGINT, SIGTERM, or a stop from steadytop.
func Run(ctx context.Context) error {
	g := &steady.Graph{Name: "robot"}
	Build(g)
	return g.Run(ctx)
}

// The messages.
type (
	// Scan is one turn of the lidar.
	Scan struct{ Ranges [16]float32 }
	// Motion is one reading of the inertial unit.
	Motion struct{ Accel, Gyro float32 }
	// Image is one picture of the camera.
	Image struct{ Number int }
	// Objects is what the detector saw in one picture.
	Objects struct{ Image, Count int }
	// Page is what the detector logs of one picture.
	Page struct{ Lines []string }
	// Pose is where the robot believes it is.
	Pose struct{ X, Y, Heading float64 }
	// Tile is a changed part of the map.
	Tile struct{ X, Y int }
	// Command is one order to the motor.
	Command struct{ Speed, Turn float64 }
	// Odometry is what the motor reports back.
	Odometry struct{ Ticks int }
)

// Build declares the actors and channels of the robot.
func Build(g *steady.Graph) {
	scans := steady.NewChan[Scan](g, "scans", 64)
	motions := steady.NewChan[Motion](g, "motions", 256)
	images := steady.NewChan[Image](g, "images", 8)
	objects := steady.NewChan[Objects](g, "objects", 64)
	pages := steady.NewChan[Page](g, "pages", 16)
	posesMap := steady.NewChan[Pose](g, "poses.map", 64)
	posesPlan := steady.NewChan[Pose](g, "poses.plan", 64)
	tiles := steady.NewChan[Tile](g, "tiles", 64)
	commands := steady.NewChan[Command](g, "commands", 16)
	odometry := steady.NewChan[Odometry](g, "odometry", 16)

	steady.Source(g, "lidar", scans, lidar)
	steady.Source(g, "imu", motions, imu)
	taken := steady.NewState(g, "pictures taken", 0)
	steady.Source(g, "camera", images, camera{taken}.run, taken)

	d := g.Actor("detect")
	d.Run(detector{images.Rx(d), objects.Tx(d), pages.Tx(d)}.run)
	pose := steady.NewState(g, "pose", Pose{})
	f := g.Actor("fuse", pose)
	f.Run(fusion{pose, scans.Rx(f), motions.Rx(f), objects.Rx(f), posesMap.Tx(f), posesPlan.Tx(f)}.run)
	seen := steady.NewState(g, "poses seen", 0)
	steady.Stage(g, "map", posesMap, tiles, mapper{seen}.run, seen)
	ticks := steady.NewState(g, "ticks", 0)
	p := g.Actor("planner", ticks)
	p.Run(planner{ticks, posesPlan.Rx(p), tiles.Rx(p), odometry.Rx(p), commands.Tx(p)}.run)
	steady.Stage(g, "motor", commands, odometry, motor, steady.Solo())
	steady.Sink(g, "logger", pages, logger)
}
