package steady

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

var benchSizes = []int{64, 1024}

func BenchmarkBytes(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			g := &Graph{}
			sum, p := 0, make([]byte, size)
			b.SetBytes(int64(size))
			byteGraph(g, 1024, 256<<10, func(a *Actor, out *ByteTx) error {
				for i := 0; i < b.N && a.Running(); i++ {
					p[0] = byte(i)
					if err := out.Send(p); err != nil {
						return err
					}
				}
				return nil
			}, func(a *Actor, in *ByteRx) error {
				for p := range in.All() {
					sum += int(p[0])
				}
				return nil
			})
			b.ReportAllocs()
			b.ResetTimer()
			if err := g.Serve(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// The same with a Go channel of buffers that are taken from a pool.
func BenchmarkBytesChanPool(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			pool := sync.Pool{New: func() any { p := make([]byte, size); return &p }}
			c := make(chan *[]byte, 1024)
			p, sum := make([]byte, size), 0
			b.SetBytes(int64(size))
			b.ReportAllocs()
			b.ResetTimer()
			go func() {
				for i := range b.N {
					p[0] = byte(i)
					q := pool.Get().(*[]byte)
					copy(*q, p)
					c <- q
				}
				close(c)
			}()
			for q := range c {
				sum += int((*q)[0])
				pool.Put(q)
			}
		})
	}
}
