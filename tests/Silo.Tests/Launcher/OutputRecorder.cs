using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>All that somebody can read of a silo, by the place where it was seen, and which of it shows a secret in any form.</summary>
internal sealed class OutputRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Place, byte[] Text)> _seen = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly EventSourceRecorder _events;

    public OutputRecorder()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Add("activity", Text(activity)),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add("metric", Text(instrument, tags)));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add("metric", Text(instrument, tags)));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add("metric", Text(instrument, tags)));
        _meters.Start();
        _events = new EventSourceRecorder(this);
    }

    /// <summary>The places where something was seen.</summary>
    public IReadOnlyCollection<string> Places => [.. _seen.Select(one => one.Place).Distinct()];

    /// <summary>Something was seen.</summary>
    public void Add(string place, string text) => _seen.Enqueue((place, Encoding.UTF8.GetBytes(text)));

    /// <summary>Something was seen.</summary>
    public void Add(string place, byte[] content) => _seen.Enqueue((place, content));

    /// <summary>The places that show one of these.</summary>
    public IReadOnlyList<string> PlacesContaining(IEnumerable<string> secrets)
    {
        var forms = secrets.SelectMany(Forms).Distinct().Select(Encoding.UTF8.GetBytes).ToList();
        return [.. _seen.Where(one => forms.Any(form => one.Text.AsSpan().IndexOf(form) >= 0)).Select(one => one.Place).Distinct()];
    }

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
        _events.Dispose();
    }

    // Written anew, so that what the silo's own scrubber overlooks is not overlooked here, too.
    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return JsonSerializer.Serialize(secret)[1..^1];
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
        for (var before = 0; before < 3; before++)
        {
            // Without the characters at both ends that hold bits of what stands beside the secret.
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            yield return whole[(before == 0 ? 0 : before + 1)..^1];
        }
    }

    private static string Text(Activity activity)
    {
        var parts = activity.TagObjects.Concat(activity.Baggage.Select(pair => KeyValuePair.Create<string, object?>(pair.Key, pair.Value)))
            .Concat(activity.Events.SelectMany(one => one.Tags));
        return $"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', parts.Select(pair => $"{pair.Key}={pair.Value}"))}";
    }

    private static string Text(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(pair => $"{pair.Key}={pair.Value}"))}";

    /// <summary>Every event source of the process but those that are there to show the bytes on the wire.</summary>
    private sealed class EventSourceRecorder(OutputRecorder recorder) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (!eventSource.Name.StartsWith("Private.InternalDiagnostics", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Informational, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            recorder?.Add("event", $"{eventData.EventName} {string.Join(' ', eventData.Payload ?? Enumerable.Empty<object?>())}");
    }
}
