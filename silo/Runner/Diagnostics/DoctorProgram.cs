using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary><c>doctor</c>: prints a line for each thing that a runner needs. It claims nothing.</summary>
internal static class DoctorProgram
{
    /// <summary>Runs all checks with the settings that a runner would have; returns the exit code.</summary>
    /// <param name="source">The settings.</param>
    /// <param name="secrets">The secrets beside them.</param>
    /// <param name="asJson">Whether one document is written in place of lines.</param>
    /// <param name="image">The test container's image; null for the runner's own.</param>
    /// <param name="proxy">The proxy for an address.</param>
    /// <param name="output">Where the lines go, or the document.</param>
    public static async Task<int> RunAsync(IConfiguration source, SecretSource secrets, bool asJson, string? image, IWebProxy proxy, TextWriter output)
    {
        var (options, settings) = Read(source, secrets);
        var checks = Checks.Create(source, secrets, options, settings, image, proxy);
        if (options is not null)
        {
            PrivilegeDrop.Apply(source, options);
        }

        var answers = new List<NamedCheckResult>();
        await foreach (var answer in CheckRunner.RunAsync(checks))
        {
            answers.Add(answer);
            if (!asJson)
            {
                await output.WriteLineAsync(answer.ToString());
            }
        }

        var exitCode = options is null ? ExitCodes.ConfigError
            : answers.Exists(answer => answer.Result.Status == CheckStatus.Fail) ? ExitCodes.Failure : ExitCodes.Success;
        if (asJson)
        {
            var checksRead = answers.Select(answer => new ReportedCheck(answer.Name, answer.StatusName, answer.Result.Message));
            var report = new Report(exitCode, [.. checksRead]);
            await output.WriteLineAsync(JsonSerializer.Serialize(report, DoctorJson.Default.Report));
        }

        return exitCode;
    }

    private static (RunnerOptions? Options, CheckResult Finding) Read(IConfiguration source, SecretSource secrets)
    {
        try
        {
            var options = RunnerSettings.Read(source, secrets);
            return (options, CheckResult.Ok(options.ToString()));
        }
        catch (ConfigurationException ex)
        {
            return (null, CheckResult.Fail(ex.Message.Replace('\n', ' ')));
        }
    }
}

/// <summary>The document that <c>--json</c> writes.</summary>
internal sealed record Report(int ExitCode, IReadOnlyList<ReportedCheck> Checks);

/// <summary>One check in it; the status is <c>ok</c>, <c>warn</c> or <c>fail</c>.</summary>
internal sealed record ReportedCheck(string Name, string Status, string Words);

/// <summary>Serialisation of <see cref="Report"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Report))]
internal sealed partial class DoctorJson : JsonSerializerContext;
