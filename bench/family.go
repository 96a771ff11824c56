package main

// family is a group of cases that are about one thing. There is one file for
// each.
type family struct {
	name     string
	title    string // in the document
	contests []contest
	figures  []figure
}

// families returns all cases in the order in which they run. Those that
// measure memory come first, before others leave garbage behind.
func families() []family {
	return []family{
		idleFamily(),

		easyFamily(),
		structFamily(),
		fanInFamily(),
		queueFamily(),
		actorFamily(),
		tryFamily(),
		batchFamily(),
		headlineFamily(),
		waitFamily(),
		parkFamily(),
		lanesFamily(),
		spawnFamily(),
		stopFamily(),
		simulateFamily(),
		telemetryFamily(),
		layoutFamily(),
		paintFamily(),
		frameFamily(),
		watchedFamily(),
		liveFamily(),
	}
}

func familyNames() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.name)
	}
	return names
}

func (f *family) run(p plan, r *results) error {
	for _, fig := range f.figures {
		row, err := fig.run(p.rounds)
		if err != nil {
			return err
		}
		row.Family = f.name
		r.Figures = append(r.Figures, row)
	}
	for _, c := range f.contests {
		row, err := c.run(p)
		if err != nil {
			return err
		}
		row.Family = f.name
		r.Contests = append(r.Contests, row)
	}
	return nil
}
