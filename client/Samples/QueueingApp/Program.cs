using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Client;
using OrleansHybrid.GrainClient;
using OrleansHybrid.QueueingApp;

// Queues ten tasks of a code package, waits for them and prints their logs; over HTTP, or through grains with --grains and the addresses
// of the control plane's gateways; GATEWAY_CERTIFICATE_FILE, GATEWAY_KEY_FILE and GATEWAY_CA_FILE then name what silo admin certificate app
// NAME has made.
//   dotnet run --project client/Samples/QueueingApp -- --connection connection.json [--grains HOST:PORT,HOST:PORT] CODE
if (!Arguments.TryParse(args, out var arguments))
{
    Console.Error.WriteLine("usage: QueueingApp --connection connection.json [--grains HOST:PORT,HOST:PORT] CODE");
    return 2;
}

var connection = ConnectionDetails.Read(arguments.Connection);
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
if (arguments.Grains is { } gateways)
{
    builder.Services.AddHybridGrainClient(new HybridGrainClientOptions
    {
        Gateways = gateways.Split(','),
        ProjectId = connection.ProjectId,
        Token = connection.Token,
        CertificateFile = Environment.GetEnvironmentVariable("GATEWAY_CERTIFICATE_FILE"),
        KeyFile = Environment.GetEnvironmentVariable("GATEWAY_KEY_FILE"),
        CaFile = Environment.GetEnvironmentVariable("GATEWAY_CA_FILE"),
    });
}
else
{
    builder.Services.AddHybridClient(new HybridClientOptions
    {
        BaseUrl = new Uri(connection.Url),
        Token = connection.Token,
        ProjectId = connection.ProjectId,
    });
}

using var app = builder.Build();
await app.StartAsync();
var failed = await new TenTasks(app.Services.GetRequiredService<IHybridTasks>()).RunAsync(arguments.Code);
await app.StopAsync();
return failed == 0 ? 0 : 1;
