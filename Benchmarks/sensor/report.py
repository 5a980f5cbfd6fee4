"""The table on standard output, and whether the goals are met."""


class Report:
    """Prints rows as they come and remembers which goals were missed."""

    def __init__(self):
        self.missed = []

    def facts(self, facts):
        for name, value in facts.items():
            print(f"{name + ':':<27}{value}", flush=True)

    def heading(self, title, explanation):
        print(f"\n{title}\n  {explanation}", flush=True)

    def note(self, text):
        print(f"  {text}", flush=True)

    def row(self, name, value, unit, spread="", goal=None):
        """One figure. `goal` is the most that it may be; the figure is compared as it is printed."""
        figure = f"{value:.2f}" if isinstance(value, float) else str(value)
        verdict = ""
        if goal is not None:
            met = float(figure) <= goal
            verdict = f"goal {goal} {'met' if met else 'MISSED'}"
            if not met:
                self.missed.append(f"{name}: {figure} {unit}, goal {goal}")
        print(f"  {name:<44}{figure:>12} {unit:<10}{spread:<20}{verdict}".rstrip(), flush=True)

    def conclude(self):
        """Lists the missed goals; the exit status."""
        print()
        for line in self.missed:
            print(f"missed: {line}")
        if not self.missed:
            print("every goal is met")
        return 1 if self.missed else 0
