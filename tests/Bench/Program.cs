using System.CommandLine;
using OrleansHybrid.Bench;
using OrleansHybrid.Bench.Scenarios;
using OrleansHybrid.Bench.Servers;

var store = new Option<string>("--store") { Description = "sqlite, postgres or both", DefaultValueFactory = _ => "both" };
store.AcceptOnlyFromAmong("sqlite", "postgres", "both");
var only = new Option<string?>("--only") { Description = "one row instead of all" };
only.AcceptOnlyFromAmong([.. AllScenarios.InOrder.Select(scenario => scenario.Name)]);
var size = new Option<string>("--size")
{
    Description = "smoke (only shows that it runs), small (ten minutes in all), medium (1,000,000 tasks wait) or large (10,000,000 wait, longer rounds)",
    DefaultValueFactory = _ => "small",
};
size.AcceptOnlyFromAmong("smoke", "small", "medium", "large");

var command = new RootCommand("Measures the silo against its bare databases and prints one table.") { store, only, size };
command.SetAction((asked, cancellationToken) => new BenchRun(
    Sqlite: asked.GetValue(store) != "postgres",
    Postgres: asked.GetValue(store) != "sqlite",
    ScenarioName: asked.GetValue(only),
    Size: asked.GetValue(size) switch
    {
        "large" => BenchSize.Large,
        "medium" => BenchSize.Medium,
        "smoke" => BenchSize.Smoke,
        _ => BenchSize.Small,
    },
    Program: BuiltProgram.PathOf("Silo"))
    .PrintAsync(cancellationToken));
return await command.Parse(args).InvokeAsync();
