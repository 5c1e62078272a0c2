using Orleans.Hybrid.LocalEngine;
using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Silo.Web;
using Orleans.Hybrid.Silo.Web.Engine;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>In place of the dashboard that comes with Orleans: why there is none, and what this engine counts.</summary>
internal static class EnginePages
{
    public static void MapEnginePages(this WebApplication app) => app.MapGet("/orleans", Counters)
        .AddEndpointFilter<PageFilter>()
        .AddEndpointFilter<OperatorFilter>();

    private static PageAnswer<EnginePage, EngineModel> Counters(EngineCounters counters) => new(new EngineModel
    {
        Activations = [.. counters.Activations.OrderBy(kind => kind.Key, StringComparer.Ordinal)],
        Calls = counters.Calls,
        Methods = [.. counters.SlowestMethods.Select(method => new MethodRow(method.Method, method.Calls, method.Mean))],
    });
}
