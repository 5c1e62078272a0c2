using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>The services that streams of a task's events use.</summary>
internal sealed record TaskEventServices(EventStreams Streams, TaskWatcher Watcher, ITaskStore Tasks, TaskService TaskService, EntityCache Cache);
