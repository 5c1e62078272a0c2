using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary>The results of the demo, for a person line by line, or for a program as one document.</summary>
internal sealed class DemoReport(TextWriter output, bool asJson)
{
    private readonly List<DemoStep> _steps = [];
    private string _store = "", _executor = "";

    /// <summary>Names what it all runs on.</summary>
    public void Begin(string store, string executor, string? notice)
    {
        (_store, _executor) = (store, executor);
        WriteLine($"store {store} | executor {executor}{(notice is null ? "" : $" ({notice})")}");
    }

    /// <summary>Writes one step; steps that share a line come in one call.</summary>
    public void Write(params DemoStep[] steps)
    {
        _steps.AddRange(steps);
        WriteLine(string.Join("      ", steps.Select(step => $"{step.Number} {step.Text}")));
    }

    /// <summary>Writes how it ended; returns the exit code.</summary>
    public int End(TimeSpan took, int of)
    {
        var shown = _steps.Count(step => step.Passed);
        var seconds = took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        WriteLine($"{shown} of {of} in {seconds} s     next: dotnet run --project silo/Silo -- up");
        if (asJson)
        {
            var document = new DemoDocument(
                _store, _executor, _steps, shown, of, Math.Round(took.TotalSeconds, 1));
            output.WriteLine(JsonSerializer.Serialize(document, DemoJson.Default.DemoDocument));
        }

        return shown == of ? 0 : 1;
    }

    private void WriteLine(string line) => (asJson ? Console.Error : output).WriteLine(line);
}

/// <summary>One step of the demo: its number, whether it went as it should, and what was seen.</summary>
internal sealed record DemoStep(int Number, bool Passed, string Text);

/// <summary>The document of <c>demo --json</c>.</summary>
internal sealed record DemoDocument(
    string Store, string Executor, IReadOnlyList<DemoStep> Steps, int Passed, int Of, double Seconds);

/// <summary>The form of <see cref="DemoDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DemoDocument))]
internal sealed partial class DemoJson : JsonSerializerContext;
