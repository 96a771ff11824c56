package publish

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestMetricsOfOtherMachinesNeedAWord: nobody opens them by a missing host.
func TestMetricsOfOtherMachinesNeedAWord(t *testing.T) {
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		s, err := Listen(Options{Dir: Off, Metrics: address})
		if err == nil {
			t.Errorf("%s: listens at %s", address, s.MetricsAddr())
			_ = s.Close()
			continue
		}
		if errors.Is(err, net.ErrClosed) || !errors.Is(err, ErrOpen) && strings.Contains(err.Error(), "MetricsOpen") {
			t.Errorf("%s: %v", address, err)
		}
		if s, err := Listen(Options{Dir: Off, Metrics: address, MetricsOpen: true}); err == nil {
			_ = s.Close()
		} else if address != "[::]:0" { // not every machine has IPv6
			t.Errorf("%s, and said so: %v", address, err)
		}
	}
}

func TestMetricsOverTLS(t *testing.T) {
	cert, roots := certificate(t)
	s := serve(t, newFake(2), func(o *Options) {
		o.Metrics, o.MetricsTLS = "0.0.0.0:0", &tls.Config{Certificates: []tls.Certificate{cert}}
	})
	_, port, err := net.SplitHostPort(s.MetricsAddr())
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer tr.CloseIdleConnections()
	resp, body := do(t, &http.Client{Transport: tr}, request(t, "GET", "https://127.0.0.1:"+port+"/metrics", ""))
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "steady_graph_info") {
		t.Errorf("%d %.200s", resp.StatusCode, body)
	}
	if got := rawGet(t, "tcp", "127.0.0.1:"+port, "localhost"); got == "200" {
		t.Error("served in clear")
	}
	// Half a handshake is a connection that hangs like any other.
	for range metricsRules.all + 1 {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	tr.CloseIdleConnections()
	if resp, _ := do(t, &http.Client{Transport: tr}, request(t, "GET", "https://127.0.0.1:"+port+"/healthz", "")); resp.StatusCode != 200 {
		t.Error(resp.Status)
	}
}

// certificate makes one for 127.0.0.1.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
