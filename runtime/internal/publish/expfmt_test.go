package publish

import (
	"errors"
	"io"
	"net/http/httptest"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Every form in which a scraper may ask for the metrics parses, and each form
// says the same.
func TestScrapeParsesInEveryForm(t *testing.T) {
	for _, format := range []expfmt.Format{
		expfmt.NewFormat(expfmt.TypeTextPlain),
		expfmt.NewFormat(expfmt.TypeProtoDelim),
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.Header.Set("Accept", string(format))
		w := httptest.NewRecorder()
		MetricsHandler(newFixed(3)).ServeHTTP(w, r)
		dec := expfmt.NewDecoder(w.Body, expfmt.ResponseFormat(w.Header()))
		families := map[string]*dto.MetricFamily{}
		for {
			var f dto.MetricFamily
			err := dec.Decode(&f)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if !model.UTF8Validation.IsValidMetricName(f.GetName()) {
				t.Errorf("%s: name %q", format, f.GetName())
			}
			families[f.GetName()] = &f
		}
		if f := families["steady_channel_sent_total"]; f.GetType() != dto.MetricType_COUNTER || f.GetMetric()[0].GetCounter().GetValue() != 1010 {
			t.Errorf("%s: sent: %v", format, f)
		}
		states := families["steady_actor_state_seconds_total"]
		sum := 0.0
		for _, m := range states.GetMetric() {
			sum += m.GetCounter().GetValue()
		}
		if sum != 3*10 {
			t.Errorf("%s: the states of three actors add up to %v s after 10 s", format, sum)
		}
		latency := families["steady_channel_latency_seconds"].GetMetric()[0].GetHistogram()
		if latency.GetSampleCount() != 1000 || len(latency.GetBucket()) > 14+1 {
			t.Errorf("%s: latency: %d samples in %d buckets", format, latency.GetSampleCount(), len(latency.GetBucket()))
		}
	}
}
