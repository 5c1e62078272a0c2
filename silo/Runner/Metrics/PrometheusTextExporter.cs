using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace OrleansHybrid.Runner.Metrics;

/// <summary>Keeps what a meter measures, and writes it as Prometheus reads it.</summary>
internal sealed class PrometheusTextExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public PrometheusTextExporter(Meter source)
    {
        _listener.InstrumentPublished = (instrument, hearing) =>
        {
            if (ReferenceEquals(instrument.Meter, source))
            {
                hearing.EnableMeasurementEvents(instrument, CreateFamily(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Record(value, labels, family));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Record(value, labels, family));
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Record(value, labels, family));
        _listener.Start();
    }

    /// <summary>All of it, as it stands now.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            foreach (var family in _families.Values)
            {
                family.WriteTo(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily CreateFamily(Instrument instrument)
    {
        var bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries;
        var kind = bounds is not null ? Kind.Histogram : instrument.IsObservable ? Kind.Gauge : Kind.Counter;
        var family = new MetricFamily(instrument.Name, instrument.Description ?? "", kind, bounds ?? []);
        lock (_lock)
        {
            _families[instrument.Name] = family;
        }

        return family;
    }

    private void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? family)
    {
        lock (_lock)
        {
            ((MetricFamily)family!).Record(value, labels);
        }
    }

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    /// <summary>One instrument, with a series for each set of labels; a histogram has none.</summary>
    private sealed class MetricFamily(string name, string description, Kind kind, IReadOnlyList<double> bounds)
    {
        private readonly SortedDictionary<string, double> _series = new(StringComparer.Ordinal);
        private readonly long[] _buckets = new long[bounds.Count + 1];

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            var key = Labels(labels);
            _series[key] = kind == Kind.Gauge ? value : _series.GetValueOrDefault(key) + value;
            for (var i = 0; i < _buckets.Length && kind == Kind.Histogram; i++)
            {
                _buckets[i] += i == bounds.Count || value <= bounds[i] ? 1 : 0;
            }
        }

        public void WriteTo(StringBuilder text)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {description}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {kind.ToString().ToLowerInvariant()}\n");
            if (kind == Kind.Histogram)
            {
                WriteHistogramTo(text);
                return;
            }

            foreach (var (labels, value) in _series)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
            }
        }

        private void WriteHistogramTo(StringBuilder text)
        {
            for (var i = 0; i < _buckets.Length; i++)
            {
                var bound = i == bounds.Count ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bound}\"}} {_buckets[i]}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum {_series.GetValueOrDefault("")}\n{name}_count {_buckets[^1]}\n");
        }

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            if (labels.IsEmpty)
            {
                return "";
            }

            var pairs = labels.ToArray().Select(label => $"{label.Key}=\"{Escaped($"{label.Value}")}\"");
            return $"{{{string.Join(',', pairs)}}}";
        }

        private static string Escaped(string value) =>
            value.Replace(@"\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal);
    }
}
