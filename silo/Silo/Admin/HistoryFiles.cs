using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Domain.History;

namespace OrleansHybrid.Silo.Admin;

/// <summary>Reads what a workload and its programs wrote down, a JSON object a line.</summary>
internal static class HistoryFiles
{
    /// <summary>Requests: <c>{"op":"queue","start":ms,"end":ms,"outcome":"ok|fail|unknown","id":"…","key":"…"}</c>.</summary>
    public static Operations? Operations(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var operations = new Operations();
        Read(file, "--operations", HistoryJson.Default.Operation, operations.Add);
        return operations;
    }

    /// <summary>Signs of life: <c>{"event":"start|heartbeat|end","task":"…","attempt":1,"at":ms}</c>.</summary>
    public static ExecutionTimeline? Runs(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var runs = new ExecutionTimeline();
        Read(file, "--runs", HistoryJson.Default.ExecutionEvent, runs.Add);
        return runs;
    }

    private static void Read<T>(string file, string option, JsonTypeInfo<T> type, Action<T> take)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                take(JsonSerializer.Deserialize(line, type) ?? throw new JsonException("it is null"));
            }
            catch (JsonException ex)
            {
                throw new ConfigurationException(option, $"names {file}, whose line {number} can't be read: {ex.Message}");
            }
        }
    }
}

/// <summary>The lines of these files, and the report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    PropertyNameCaseInsensitive = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(ExecutionEvent))]
[JsonSerializable(typeof(HistoryReport))]
internal sealed partial class HistoryJson : JsonSerializerContext;
