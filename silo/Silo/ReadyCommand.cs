using System.CommandLine;
using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo;

/// <summary><c>silo ready</c>: a health check for images that have no other program to make a request with.</summary>
internal static class ReadyCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Command Build()
    {
        var command = new Command("ready", "Ask the control plane on this machine whether it can serve; ends with 0 when it can");
        var settings = SettingOptions.AddTo(command, "HYBRID_URLS");
        command.SetAction((parsed, _) => RunAsync(settings.Read(parsed).Read<ServerOptions>(), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>0 when the control plane that listens at the configured address on this machine says that it is ready.</summary>
    private static async Task<int> RunAsync(ServerOptions options, TextWriter output)
    {
        var url = PublicAddress.ToLoopback(options.Urls[0]);
        using var client = new HttpClient(OutboundHttp.CreateHandler()) { Timeout = Timeout };
        try
        {
            using var answer = await client.GetAsync(new Uri($"{url}/readyz"));
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"{url} is not reachable: {ex.Message}");
            return ExitCodes.Failure;
        }
    }
}
