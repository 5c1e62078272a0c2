using System.Globalization;

namespace OrleansHybrid.Support;

/// <summary>What a program shows to Prometheus of its own metrics.</summary>
/// <param name="Text">The page.</param>
/// <param name="Families">The name and the kind of each metric.</param>
/// <param name="Values">Each series with its labels, and its value, by name.</param>
public sealed record PrometheusPage(string Text, IReadOnlyList<(string Name, string Kind)> Families, IReadOnlyList<(string Name, double Value)> Values)
{
    private const string TypeLine = "# TYPE ";
    private const string Own = "hybrid_";

    /// <summary>Each series but the sizes of histograms, which depend on how fast this machine is.</summary>
    public IEnumerable<(string Name, double Value)> Counts => Values.Where(
        value => !value.Name.Contains("_bucket", StringComparison.Ordinal) && !value.Name.EndsWith("_sum", StringComparison.Ordinal));

    /// <summary>The value of the only series of this name.</summary>
    public double this[string name] => Values.Single(value => value.Name == name).Value;

    /// <summary>Reads a page.</summary>
    public static PrometheusPage Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n');
        return new PrometheusPage(
            text,
            [
                .. lines.Where(line => line.StartsWith(TypeLine + Own, StringComparison.Ordinal))
                    .Select(line => line.Split(' '))
                    .Select(words => (words[2], words[3])),
            ],
            [
                .. lines.Where(line => line.StartsWith(Own, StringComparison.Ordinal))
                    .Select(line => line.Split(' '))
                    .Select(words => (words[0].Replace("{}", "", StringComparison.Ordinal), double.Parse(words[1], CultureInfo.InvariantCulture)))
                    .OrderBy(value => value.Item1, StringComparer.Ordinal),
            ]);
    }
}
